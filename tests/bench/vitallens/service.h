/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* The sandbox in a process of its own, so that what is measured is the sink. */
typedef struct
{
  GPid pid;
  gchar url[64];
} Service;

/* Forks: to be called before there are other threads. */
gboolean service_start (Service * service);
void service_stop (Service * service);
