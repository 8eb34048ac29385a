// Checks every kernel of the instruction sets that are named, or of all that this processor has, against its
// definition.

#include "check.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const char *const names[] = {"portable", "neon", "avx2", "avx512"};
enum { SETS = sizeof names / sizeof *names };

typedef struct group {
  const char *name;
  void (*check)(const cnnc_kernels *);
} group;

static const group groups[] = {
  {"elements", check_elements}, {"pools", check_pools},         {"norms", check_norms},
  {"moves", check_moves},       {"tiles", check_tiles},         {"grouped", check_grouped},
  {"depthwise", check_depthwise}, {"linear", check_linear},     {"products", check_products},
  {"gradients", check_gradients}, {"norm_gradients", check_norm_gradients},
  {"losses", check_losses}, {"packing", check_packing},  {"strassen", check_strassen},
  {"winograd", check_winograd}, {"probe", check_probe},
};

/// Whether a table has all functions from one member to another.
static bool has_all(const cnnc_kernels *kernels, size_t first, size_t last) {
  typedef void function(void);
  bool all = true;
  for (size_t offset = first; offset <= last; offset += sizeof(function *)) {
    function *entry;
    memcpy(&entry, (const char *)kernels + offset, sizeof entry);
    if (entry) continue;
    printf("FAILED the table has no function at offset %zu\n", offset);
    all = false;
  }
  return all;
}

/// The failures of a group, printed with the number of its cases.
static long finish(const char *set, const char *group) {
  long count;
  const long failures = end_cases(&count);
  printf("%-9s %-10s %6ld cases, %ld failed\n", set, group, count, failures);
  fflush(stdout);
  return failures;
}

static long check_set(int set, bool is_asked_for) {
  const cnnc_kernels *kernels = cnnc_kernels_for((cnnc_isa)set);
  if (!kernels) {
    if (is_asked_for) printf("FAILED this processor or program has no %s\n", names[set]);
    return is_asked_for;
  }
  if ((int)kernels->isa != set) {
    printf("FAILED the table of %s is another's\n", names[set]);
    return 1;
  }
  if (!has_all(kernels, offsetof(cnnc_kernels, activate), offsetof(cnnc_kernels, unpack))) return 1;
  if (!has_all(kernels, offsetof(cnnc_kernels, tiles), offsetof(cnnc_kernels, multiply_adds))) return 1;
  long failures = 0;
  for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
    groups[i].check(kernels);
    failures += finish(names[set], groups[i].name);
  }
  return failures;
}

int main(int count, char **arguments) {
  long failures = 0;
  for (int i = 1; i < count; i++) {
    int set = 0;
    while (set < SETS && strcmp(arguments[i], names[set])) set++;
    if (set == SETS) {
      fprintf(stderr, "error: no instruction set is called '%s'\n", arguments[i]);
      return 2;
    }
    failures += check_set(set, true);
  }
  for (int set = 0; count == 1 && set < SETS; set++) failures += check_set(set, false);
  check_shared();
  failures += finish("all", "shared");
  return failures > 0;
}
