/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <vitals/capture/vitals-kernels-private.h>
#include <vitals/capture/vitals-packer.h>
#include <vitals/tensor/vitals-tensor-layout-private.h>

G_BEGIN_DECLS

/*
 * VitalsPacker: packs frame after frame. It keeps what it worked out for format
 * and face box, which is most of the work of vitals_pack_frame(), as long as
 * both stay. Not thread-safe.
 */
typedef struct _VitalsPacker VitalsPacker;

/* @kernels: NULL for the default. */
VITALS_API VitalsPacker *vitals_packer_new (const VitalsKernels * kernels);
VITALS_API void vitals_packer_free (VitalsPacker * packer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VitalsPacker, vitals_packer_free)

/* Where the four patches lie, in place of vitals_default_patches; copied. */
VITALS_API void vitals_packer_set_patches (VitalsPacker * packer,
    const VitalsPatchPlace * patches);

/* As vitals_pack_frame(). */
VITALS_API gboolean vitals_packer_pack (VitalsPacker * packer,
    GstVideoFrame * frame, const VitalsBox * face, guint8 * pixels,
    GError ** error);

G_END_DECLS
