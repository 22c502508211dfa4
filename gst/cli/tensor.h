/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/tensor/vitals-tensor-layout-private.h>

G_BEGIN_DECLS

/* The subcommands of `vitals tensor`; argv[0] is their name. They return the
 * exit status. */
int tensor_inspect (int argc, char **argv);
int tensor_encode (int argc, char **argv);
int tensor_decode (int argc, char **argv);
int tensor_compare (int argc, char **argv);

/* Options of a subcommand, and its files. Sets what
 * @entries name; FALSE after it said what is wrong. */
gboolean tensor_parse_options (int argc, char **argv,
    const GOptionEntry * entries, const gchar * parameters,
    const gchar * summary, const gchar * description);

/* @path: of a file, "-" is standard input. More than @max bytes are an error.
 * (transfer full) */
GBytes *tensor_read_input (const gchar * path, gsize max, GError ** error);

/* @path: NULL and "-" are standard output, which must not be a terminal. Before
 * the work: whether it can be written, as far as can be told. */
gboolean tensor_check_output (const gchar * path, GError ** error);

/* Whether @output, as in tensor_check_output() and given with @option, is
 * another file than @input, which may be NULL. */
gboolean tensor_check_not_input (const gchar * option, const gchar * output,
    const gchar * input, GError ** error);

/* @path: NULL and "-" are standard output. A file that is new is readable for
 * its owner only, since it shows a face. */
gboolean tensor_write_output (const gchar * path, GBytes * bytes,
    GError ** error);

/* Prints why nothing can be made of the file @path. Returns:
 * VITALS_EXIT_FAILED */
int tensor_failure (const gchar * path, const GError * error);

/* What a payload is without its gzip, the first @max bytes of it.
 * @gzip: (out): whether it had any
 * @rest: (out): bytes behind its gzip member; 0 when not all was unpacked
 * (transfer full) */
GBytes *tensor_unpack (GBytes * payload, gsize max, gboolean * gzip,
    gsize * rest, GError ** error);

G_END_DECLS
