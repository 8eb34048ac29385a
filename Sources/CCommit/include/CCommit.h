#ifndef CNNC_COMMIT_H
#define CNNC_COMMIT_H

/// The commit that the program was built from, abbreviated, as `CNNC_COMMIT` named it to the build; empty without it.
const char *cnnc_commit(void);

#endif
