/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The thread sanitizer sees the locks of pthreads. GLib makes its own of
 * futexes and is not instrumented, so each hand-over under a GMutex would be
 * reported as a race. This library is loaded before GLib and tells the
 * sanitizer which call comes before which; GLib itself does the work.
 *
 * What it knows: locks, conditions, once, counted references, tasks, thread pools
 * and sources of main contexts.
 */

#include <dlfcn.h>
#include <poll.h>
#include <pthread.h>
#include <gio/gio.h>
#include <gst/gst.h>

/* The sanitizer's, in the process only when the program was built with it. */
extern void __tsan_acquire (void *address) __attribute__((weak));
extern void __tsan_release (void *address) __attribute__((weak));

static void
after (gconstpointer address)
{
  if (__tsan_acquire)
    __tsan_acquire ((void *) address);
}

static void
before (gconstpointer address)
{
  if (__tsan_release)
    __tsan_release ((void *) address);
}

/* The function that this one stands before. */
#define REAL(name) \
    static __typeof__ (name) *real; \
    if (!real) \
      real = (__typeof__ (name) *) dlsym (RTLD_NEXT, #name)

/* whatever the project's own default is */
#pragma GCC visibility push(default)

#undef g_once_init_enter
#undef g_once_init_leave
#undef g_once
#undef g_object_ref

#define LOCK(name, type) \
    void name (type * lock); \
    void name (type * lock) { REAL (name); real (lock); after (lock); }
#define UNLOCK(name, type) \
    void name (type * lock); \
    void name (type * lock) { REAL (name); before (lock); real (lock); }
#define TRYLOCK(name, type) \
    gboolean name (type * lock); \
    gboolean name (type * lock) \
    { \
      gboolean locked; \
      REAL (name); \
      locked = real (lock); \
      if (locked) \
        after (lock); \
      return locked; \
    }

/* *INDENT-OFF* */
LOCK (g_mutex_lock, GMutex)
UNLOCK (g_mutex_unlock, GMutex)
TRYLOCK (g_mutex_trylock, GMutex)
LOCK (g_rec_mutex_lock, GRecMutex)
UNLOCK (g_rec_mutex_unlock, GRecMutex)
TRYLOCK (g_rec_mutex_trylock, GRecMutex)
LOCK (g_rw_lock_writer_lock, GRWLock)
UNLOCK (g_rw_lock_writer_unlock, GRWLock)
LOCK (g_rw_lock_reader_lock, GRWLock)
UNLOCK (g_rw_lock_reader_unlock, GRWLock)
/* *INDENT-ON* */

void
g_cond_wait (GCond * cond, GMutex * mutex)
{
  REAL (g_cond_wait);
  before (mutex);
  real (cond, mutex);
  after (mutex);
}

gboolean
g_cond_wait_until (GCond * cond, GMutex * mutex, gint64 end_time)
{
  gboolean signalled;

  REAL (g_cond_wait_until);
  before (mutex);
  signalled = real (cond, mutex, end_time);
  after (mutex);
  return signalled;
}

void
g_bit_lock (volatile gint * address, gint bit)
{
  REAL (g_bit_lock);
  real (address, bit);
  after ((gconstpointer) address);
}

void
g_bit_unlock (volatile gint * address, gint bit)
{
  REAL (g_bit_unlock);
  before ((gconstpointer) address);
  real (address, bit);
}

/* Once: everyone who passes comes after the one who did it. */

gboolean
g_once_init_enter (volatile void *location)
{
  gboolean enter;

  REAL (g_once_init_enter);
  enter = real (location);
  after ((gconstpointer) location);
  return enter;
}

void
g_once_init_leave (volatile void *location, gsize result)
{
  REAL (g_once_init_leave);
  before ((gconstpointer) location);
  real (location, result);
}

gpointer
g_once_impl (GOnce * once, GThreadFunc func, gpointer arg)
{
  gpointer result;

  REAL (g_once_impl);
  result = real (once, func, arg);
  before (once);
  after (once);
  return result;
}

/* One text for everybody, made by whoever asks first: the sanitizer sees this
 * lock. */
const gchar *
g_strerror (gint errnum)
{
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  const gchar *text;

  REAL (g_strerror);
  pthread_mutex_lock (&lock);
  text = real (errnum);
  pthread_mutex_unlock (&lock);
  return text;
}

/* References: the one who drops the last comes after all who dropped one. */

#define UNREF(name, type, result) \
    result name (type object); \
    result name (type object) \
    { \
      REAL (name); \
      before (object); \
      after (object); \
      return real (object); \
    }

/* *INDENT-OFF* */
UNREF (g_atomic_ref_count_dec, gatomicrefcount *, gboolean)
    UNREF (g_object_unref, gpointer, void)
UNREF (g_bytes_unref, GBytes *, void)
UNREF (g_source_unref, GSource *, void)
UNREF (g_variant_unref, GVariant *, void)
UNREF (g_ptr_array_unref, GPtrArray *, void)
UNREF (g_closure_unref, GClosure *, void)
UNREF (gst_mini_object_unref, GstMiniObject *, void)
/* *INDENT-ON* */

/* Main contexts: what is dispatched comes after it was attached. */
static gint context_order;

guint
g_source_attach (GSource * source, GMainContext * context)
{
  REAL (g_source_attach);
  before (&context_order);
  return real (source, context);
}

int
poll (struct pollfd *fds, nfds_t n_fds, int timeout)
{
  int ready;

  REAL (poll);
  ready = real (fds, n_fds, timeout);
  after (&context_order);
  return ready;
}

/* Tasks: who takes the result comes after the one who returned it, also where the
 * context looks for new sources after its poll(). */

void
g_task_return_boolean (GTask * task, gboolean result)
{
  REAL (g_task_return_boolean);
  before (task);
  real (task, result);
}

void
g_task_return_pointer (GTask * task, gpointer result, GDestroyNotify destroy)
{
  REAL (g_task_return_pointer);
  before (task);
  real (task, result, destroy);
}

void
g_task_return_error (GTask * task, GError * error)
{
  REAL (g_task_return_error);
  before (task);
  real (task, error);
}

gboolean
g_task_propagate_boolean (GTask * task, GError ** error)
{
  REAL (g_task_propagate_boolean);
  after (task);
  return real (task, error);
}

gpointer
g_task_propagate_pointer (GTask * task, GError ** error)
{
  REAL (g_task_propagate_pointer);
  after (task);
  return real (task, error);
}

/* Thread pools: work comes after the push. */
typedef struct
{
  GFunc func;
  gpointer user_data;
} PoolFunc;

static gint pool_order;

static void
run_in_pool (gpointer data, gpointer user_data)
{
  PoolFunc *pool = user_data;

  after (&pool_order);
  pool->func (data, pool->user_data);
}

GThreadPool *
g_thread_pool_new (GFunc func, gpointer user_data, gint max_threads,
    gboolean exclusive, GError ** error)
{
  /* as long as the pool, which may be for ever */
  static GPtrArray *pools;
  PoolFunc *pool = g_new (PoolFunc, 1);

  REAL (g_thread_pool_new);
  pool->func = func;
  pool->user_data = user_data;
  if (!pools)
    pools = g_ptr_array_new ();
  g_ptr_array_add (pools, pool);
  return real (run_in_pool, pool, max_threads, exclusive, error);
}

gboolean
g_thread_pool_push (GThreadPool * pool, gpointer data, GError ** error)
{
  REAL (g_thread_pool_push);
  before (&pool_order);
  return real (pool, data, error);
}

#pragma GCC visibility pop
