/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gio/gio.h>
#include <string.h>
#include <vitals/client/vitals-url-private.h>
#include <vitals/vitals-error-private.h>

#define URL_FLAGS (G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED)

/* By its form only: no name but "localhost" is looked up. */
static gboolean
is_loopback (const gchar * host)
{
  GInetAddress *address;
  gboolean loopback;

  if (g_ascii_strcasecmp (host, "localhost") == 0)
    return TRUE;
  address = g_inet_address_new_from_string (host);
  loopback = address && g_inet_address_get_is_loopback (address);
  g_clear_object (&address);
  return loopback;
}

static gboolean
check_uri (GUri * uri, GError ** error)
{
  const gchar *scheme = g_uri_get_scheme (uri);
  const gchar *host = g_uri_get_host (uri);

  if (!host || !*host) {
    vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
        "The address names no host: give it as https://HOST");
    return FALSE;
  }
  if (g_uri_get_userinfo (uri)) {
    vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
        "The address of %s has a user name in it: give the API key as a "
        "property, in a file or in the environment, never in an address", host);
    return FALSE;
  }
  if (g_str_equal (scheme, "https"))
    return TRUE;
  if (g_str_equal (scheme, "http") && is_loopback (host))
    return TRUE;
  vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
      "The address %s://%s is not safe: use https (http is for this machine "
      "only, as in http://127.0.0.1:8080)", scheme, host);
  return FALSE;
}

gboolean
vitals_check_service_url (const gchar * url, GError ** error)
{
  GUri *uri = g_uri_parse (url, URL_FLAGS, NULL);
  gboolean ok;

  if (!uri) {
    vitals_set_error (error, VITALS_ERROR_INVALID_REQUEST,
        "The address is not a URL: give it as https://HOST");
    return FALSE;
  }
  ok = check_uri (uri, error);
  g_uri_unref (uri);
  return ok;
}

gboolean
vitals_url_needs_tls (const gchar * url)
{
  return g_ascii_strncasecmp (url, "https:", 6) == 0;
}

gboolean
vitals_url_is_loopback (const gchar * url)
{
  GUri *uri = g_uri_parse (url, URL_FLAGS, NULL);
  gboolean loopback = uri && g_uri_get_host (uri)
      && is_loopback (g_uri_get_host (uri));

  g_clear_pointer (&uri, g_uri_unref);
  return loopback;
}

/* -1: that of its scheme, which needs not be told. */
static gint
get_special_port (GUri * uri)
{
  gint port = g_uri_get_port (uri);
  gint usual = g_str_equal (g_uri_get_scheme (uri), "https") ? 443 : 80;

  return port == usual ? -1 : port;
}

gchar *
vitals_url_for_display (const gchar * url)
{
  GUri *uri = g_uri_parse (url, URL_FLAGS, NULL);
  gchar *text;

  if (!uri || !g_uri_get_host (uri))
    text = g_strdup ("the given address");
  else
    text = g_uri_join (URL_FLAGS, g_uri_get_scheme (uri), NULL,
        g_uri_get_host (uri), get_special_port (uri), "", NULL, NULL);
  g_clear_pointer (&uri, g_uri_unref);
  return text;
}

const gchar *
vitals_or_environment (const gchar * value, const gchar * variable)
{
  return value && *value ? value : g_getenv (variable);
}

gchar *
vitals_service_url_new (const gchar * url, const gchar * variable,
    const gchar * usual)
{
  const gchar *chosen = vitals_or_environment (url, variable);
  gchar *copy = g_strdup (chosen && *chosen ? chosen : usual);
  gsize length = strlen (copy);

  while (length > 0 && copy[length - 1] == '/')
    copy[--length] = '\0';
  return copy;
}
