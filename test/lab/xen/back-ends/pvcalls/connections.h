/* Calls that are answered when somebody else has done something: connect, poll and accept. */
#pragma once
#include "socket.h"
#include <netinet/in.h>

void connect_socket(struct socket *socket, const struct xen_pvcalls_request *request, const struct sockaddr_in *to);
/* From now on poll and accept may wait. */
void await_others(struct socket *socket);
void poll_socket(struct socket *socket, const struct xen_pvcalls_request *request);
void accept_socket(struct socket *socket, const struct xen_pvcalls_request *request);
