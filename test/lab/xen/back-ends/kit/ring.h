/* What xen/io/ring.h, whose macros the headers of protocols use, wants of its user: the order in which both ends see what is written. */
#pragma once
#include <stdint.h>
#include <string.h>
/* The first interface in which the macros have these names. */
#define __XEN_INTERFACE_VERSION__ 0x00030208
#define xen_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define xen_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define xen_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#include <xen/xen.h>
#include <xen/grant_table.h>
#include <xen/errno.h>
