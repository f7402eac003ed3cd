/*
 * Lets the genuine xl read a configuration on a machine without Xen (`xl create --dryrun`): preloaded, it stands before libxenctrl and
 * libxenstore, and answers the few questions that are asked before anything would be made. Whatever else xl tried would crash.
 */
#include <stddef.h>
#include <string.h>

static char handle[4096];

void *xc_interface_open(void *logger, void *dombuild_logger, unsigned flags) { return handle; }
int xc_interface_close(void *xch) { return 0; }
int xc_physinfo(void *xch, void *info) { return 0; }
long xc_sharing_freed_pages(void *xch) { return 0; }
long xc_sharing_used_frames(void *xch) { return 0; }
int xc_get_max_cpus(void *xch) { return 16; }
int xc_get_max_nodes(void *xch) { return 1; }

int xc_sched_id(void *xch, int *id)
{
    *id = 0;
    return 0;
}

/* XENVER_version is command 0; the others fill strings, which are empty here. */
int xc_version(void *xch, int command, void *answer)
{
    if (answer != NULL)
        memset(answer, 0, 16);
    return command == 0 ? (4 << 16) | 17 : 0;
}

void *xs_open(unsigned long flags) { return handle; }
void xs_close(void *xsh) {}
