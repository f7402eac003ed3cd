/* The calls that a front end can ask for. */
#pragma once
#include "caller.h"

/* Makes one; it is answered at once or when it is done. */
void make_call(struct caller *caller, const struct xen_pvcalls_request *request);
