#ifndef CNNC_TEMPORARY_FILES_H
#define CNNC_TEMPORARY_FILES_H

// Files that are removed when SIGINT, SIGTERM or SIGHUP ends the program.

/// Remembers a file by its path, which is copied. Returns its place, or -1 if there are too many.
///
/// While any is remembered, a signal that the program does not handle itself removes the files and ends the program as
/// it would have done.
int cnnc_remember_temporary(const char *path);

/// Forgets the file at a place; -1 is none.
void cnnc_forget_temporary(int place);

#endif
