#include "CCommit.h"

#ifndef CNNC_COMMIT
#define CNNC_COMMIT ""
#endif

const char *cnnc_commit(void) { return CNNC_COMMIT; }
