/* Calls that the other end makes for this one, one after the other. */
#pragma once
#include "ring.h"
#include <xen/io/pvcalls.h>

/* Joins the device, with a ring of commands. */
void open_calls(void);
/* The result: 0, or an error's number below that. */
int32_t make_call(struct xen_pvcalls_request request);
