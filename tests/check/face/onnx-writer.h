/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Writes a network as an ONNX file: as much of the format as a model of
 * convolutions needs. Numbers of fields are those of onnx.proto of ONNX (its
 * IR version 7, operator set 11), lines of onnx-writer.c name the messages.
 * Nothing is checked: whoever reads the file says what is wrong with it.
 */
typedef struct _OnnxWriter OnnxWriter;

OnnxWriter *onnx_writer_new (void);
void onnx_writer_free (OnnxWriter * writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OnnxWriter, onnx_writer_free)

/* Tensors of float that go in and come out. A size of 0 is left open. */
void onnx_writer_add_input (OnnxWriter * writer, const gchar * name,
    const gint64 * sizes, guint n_sizes);
void onnx_writer_add_output (OnnxWriter * writer, const gchar * name,
    const gint64 * sizes, guint n_sizes);

/* Constants. */
void onnx_writer_add_floats (OnnxWriter * writer, const gchar * name,
    const gint64 * sizes, guint n_sizes, const gfloat * values);
void onnx_writer_add_integers (OnnxWriter * writer, const gchar * name,
    const gint64 * values, guint n_values);

/* An attribute of a node: integers. */
typedef struct
{
  const gchar *name;            /* NULL: the last one */
  guint n;                      /* 0: one that is no list */
  gint64 values[4];
} OnnxAttribute;

/* @inputs: names, with spaces between. @attributes: (nullable) */
void onnx_writer_add_node (OnnxWriter * writer, const gchar * operation,
    const gchar * inputs, const gchar * output,
    const OnnxAttribute * attributes);

gboolean onnx_writer_save (OnnxWriter * writer, const gchar * path,
    GError ** error);

G_END_DECLS
