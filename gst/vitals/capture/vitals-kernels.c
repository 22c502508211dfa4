/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <vitals/capture/vitals-kernels-private.h>

static const VitalsKernels *const kernels[] = {
#if defined (__x86_64__)
  &vitals_kernels_avx2,
  &vitals_kernels_sse2,
#elif defined (__aarch64__)
  &vitals_kernels_neon,
#endif
  &vitals_kernels_c
};

const VitalsKernels *
vitals_kernels_get_nth (guint n)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (kernels); i++) {
    if (kernels[i]->is_usable () && n-- == 0)
      return kernels[i];
  }
  return NULL;
}

static const VitalsKernels *
choose (void)
{
  const gchar *name = g_getenv ("VITALS_KERNELS");
  const VitalsKernels *usable;
  guint i;

  for (i = 0; name && (usable = vitals_kernels_get_nth (i)) != NULL; i++) {
    if (g_str_equal (usable->name, name))
      return usable;
  }
  if (name)
    g_warning ("VITALS_KERNELS=%s is not for this processor: the fastest are "
        "taken", name);
  return vitals_kernels_get_nth (0);
}

const VitalsKernels *
vitals_kernels_get_default (void)
{
  static gsize chosen = 0;

  if (g_once_init_enter (&chosen))
    g_once_init_leave (&chosen, (gsize) choose ());
  return (const VitalsKernels *) chosen;
}
