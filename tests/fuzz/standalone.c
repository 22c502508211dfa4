/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A main for targets where there is no libFuzzer: runs the files of a folder,
 * then mutations of them. The same seed gives the same inputs on every machine.
 *
 *   TARGET FOLDER [MUTATIONS [SEED]]
 *
 * An input that ends the program is left in the file "crash" of the working
 * directory; a folder with that file in it shows the failure again.
 */

#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

#define MAX_INPUT_BYTES (64 * 1024)
#define MAX_STEPS 8
#define CRASH_FILE "crash"

/* For the signal handler. */
static const guint8 *current;
static gsize current_size;

static void
keep_input (int signal_number)
{
  int file = open (CRASH_FILE, O_WRONLY | O_CREAT | O_TRUNC, 0600);

  if (file < 0 || write (file, current, current_size) < 0)
    _exit (EXIT_FAILURE);
  signal (signal_number, SIG_DFL);
  raise (signal_number);
}

static void
run (const GByteArray * input)
{
  current = input->data;
  current_size = input->len;
  LLVMFuzzerTestOneInput (input->data, input->len);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar * const *) a, *(const gchar * const *) b);
}

/* (element-type GByteArray), in the order of the names */
static GPtrArray *
load_corpus (const gchar * folder)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *corpus = g_ptr_array_new_with_free_func ((GDestroyNotify)
      g_byte_array_unref);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const gchar *name;
  guint i;

  if (!dir)
    g_error ("%s", error->message);
  while ((name = g_dir_read_name (dir)))
    g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (names, compare_names);
  for (i = 0; i < names->len; i++) {
    gchar *data;
    gsize size;

    if (!g_file_get_contents (g_ptr_array_index (names, i), &data, &size,
            &error))
      g_error ("%s", error->message);
    g_ptr_array_add (corpus, g_byte_array_new_take ((guint8 *) data, size));
  }
  return corpus;
}

/* One change, at a random place. */
static void
mutate (GByteArray * input, const GByteArray * other, GRand * rand)
{
  static const guint8 values[] = { 0, 1, '\n', '=', '[', 0x7f, 0x80, 0xff };
  guint at = input->len > 0 ? g_rand_int_range (rand, 0, input->len) : 0;
  guint length = 1 + (g_rand_int (rand) & 31);

  length = MIN (length, input->len - at);
  switch (g_rand_int_range (rand, 0, 6)) {
    case 0:
      if (input->len > 0)
        input->data[at] ^= 1 << g_rand_int_range (rand, 0, 8);
      break;
    case 1:
      if (input->len > 0)
        input->data[at] = values[g_rand_int (rand) % G_N_ELEMENTS (values)];
      break;
    case 2:
      if (length > 0)
        g_byte_array_remove_range (input, at, length);
      break;
    case 3:
      g_byte_array_set_size (input, at);
      break;
    case 4:
      g_byte_array_append (input, other->data, other->len);
      break;
    default:
      if (other->len > 0 && length > 0) {
        guint from = g_rand_int_range (rand, 0, other->len);

        memcpy (input->data + at, other->data + from,
            MIN (length, other->len - from));
      }
      break;
  }
}

static void
run_mutations (GPtrArray * corpus, guint count, guint32 seed)
{
  GRand *rand = g_rand_new_with_seed (seed);
  guint i, step;

  for (i = 0; i < count; i++) {
    const GByteArray *base = g_ptr_array_index (corpus,
        g_rand_int_range (rand, 0, corpus->len));
    const GByteArray *other = g_ptr_array_index (corpus,
        g_rand_int_range (rand, 0, corpus->len));
    GByteArray *input = g_byte_array_new ();

    g_byte_array_append (input, base->data, base->len);
    for (step = g_rand_int_range (rand, 1, MAX_STEPS + 1); step > 0; step--)
      mutate (input, other, rand);
    if (input->len <= MAX_INPUT_BYTES)
      run (input);
    g_byte_array_unref (input);
  }
  g_rand_free (rand);
}

int
main (int argc, char **argv)
{
  guint count = argc > 2 ? g_ascii_strtoull (argv[2], NULL, 10) : 0;
  guint32 seed = argc > 3 ? g_ascii_strtoull (argv[3], NULL, 10) : 1;
  GPtrArray *corpus;
  guint i;

  if (argc < 2) {
    g_printerr ("Usage: %s FOLDER [MUTATIONS [SEED]]\n", argv[0]);
    return 2;
  }
  signal (SIGABRT, keep_input);
  signal (SIGSEGV, keep_input);
  corpus = load_corpus (argv[1]);
  if (corpus->len == 0)
    g_error ("%s holds no files", argv[1]);
  for (i = 0; i < corpus->len; i++)
    run (g_ptr_array_index (corpus, i));
  run_mutations (corpus, count, seed);
  g_print ("%u files, %u mutations\n", corpus->len, count);
  g_ptr_array_unref (corpus);
  return 0;
}
