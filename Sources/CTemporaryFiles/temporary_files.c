#include "CTemporaryFiles.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PLACES = 64, SIGNALS = 3 };

static const int signals[SIGNALS] = {SIGINT, SIGTERM, SIGHUP};

// The handler reads these; only unlink, sigaction and raise are called there, which signal handlers may.
static _Atomic(char *) paths[PLACES];
static struct sigaction previous[SIGNALS];
static int is_installed[SIGNALS];
static int remembered;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void remove_all(int signal_number) {
  for (int i = 0; i < PLACES; i++) {
    char *path = atomic_load(&paths[i]);
    if (path) unlink(path);
  }
  // The system's own action ends the program, with the status that says by which signal.
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  sigaction(signal_number, &action, NULL);
  raise(signal_number);
}

static void install(void) {
  for (int i = 0; i < SIGNALS; i++) {
    // A program that ignores or handles a signal goes on doing so.
    if (sigaction(signals[i], NULL, &previous[i]) != 0 || previous[i].sa_handler != SIG_DFL) continue;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = remove_all;
    sigemptyset(&action.sa_mask);
    is_installed[i] = sigaction(signals[i], &action, NULL) == 0;
  }
}

static void uninstall(void) {
  for (int i = 0; i < SIGNALS; i++) {
    if (is_installed[i]) sigaction(signals[i], &previous[i], NULL);
    is_installed[i] = 0;
  }
}

int cnnc_remember_temporary(const char *path) {
  char *copy = strdup(path);
  if (!copy) return -1;
  pthread_mutex_lock(&mutex);
  int place = 0;
  while (place < PLACES && atomic_load(&paths[place])) place++;
  if (place < PLACES) {
    if (remembered++ == 0) install();
    atomic_store(&paths[place], copy);
  } else {
    free(copy);
    place = -1;
  }
  pthread_mutex_unlock(&mutex);
  return place;
}

void cnnc_forget_temporary(int place) {
  if (place < 0 || place >= PLACES) return;
  pthread_mutex_lock(&mutex);
  char *path = atomic_exchange(&paths[place], NULL);
  if (path && --remembered == 0) uninstall();
  pthread_mutex_unlock(&mutex);
  // A handler that has read the path just now may still use it; it is a few bytes, and the program ends then.
  free(path);
}
