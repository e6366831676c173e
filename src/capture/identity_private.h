/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Whose interface it is, from how Inspektor Gadget describes it in pcapng:
 *
 *     k8s.node=aks-np-1;k8s.containerName=web;k8s.podName=web-0;
 *     k8s.podLabels=app%3Dweb%2Ctier%3Dfront
 *
 * (one line).  Values are escaped as in the query of a URL; fields may be
 * missing, and a semicolon may stand first.  The interface itself it always
 * calls "virtual".
 */
#ifndef CAPTURE_IDENTITY_PRIVATE_H
#define CAPTURE_IDENTITY_PRIVATE_H

#include "capture/capture.h"

/* Sets what the description tells; takes away a name that says nothing. */
void identity_read(struct capture_interface *interface);
void identity_release(struct capture_interface *interface);

#endif
