#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A scan from Python, by introspection alone. Runs in `vitals sandbox -- ...`,
which sets the key and the address."""

import sys

try:
    import gi
    gi.require_version("GIRepository", "2.0")
    gi.require_version("Gst", "1.0")
    gi.require_version("Vitals", "1.0")
    from gi.repository import GIRepository, GLib, Gst, Vitals
except (ImportError, ValueError) as error:
    print(f"PyGObject (python3-gi) or a typelib is missing: {error}: skipped")
    sys.exit(77)


def payload():
    layout = Vitals.TensorLayout.new("draft-1")
    tensor = Vitals.Tensor.new_placeholder(150)
    data = tensor.encode(layout, 1)
    again = Vitals.Tensor.decode(data, layout)
    assert again.get_frames() == 150
    assert again.get_pixels().equal(tensor.get_pixels())
    return data


def scan_works():
    client = Vitals.CircadifyClient.new(None, None)
    client.props.poll_interval = 10 * Gst.MSECOND
    person = Vitals.Demographics.new(35, Vitals.Sex.FEMALE, 3)
    reading = client.scan_tensor(payload(), person, None)

    measured, rate = reading.get_value(Vitals.Measure.HEART_RATE)
    assert measured and rate > 0, (measured, rate)
    assert reading.is_synthetic() and not reading.is_fallback()
    assert reading.get_session_id()
    assert client.get_key_environment() == "test"
    fields = reading.to_structure()
    assert fields.get_name() == "vitals"
    assert fields.get_double("heart-rate")[1] == rate


def steps_work():
    client = Vitals.CircadifyClient.new(None, None)
    session = client.start_session(None, None)
    assert client.upload(session.get_upload_url(), payload(), None)
    accepted, reading = client.complete_upload(session.get_session_id(), None)
    assert accepted
    reading = reading or client.poll_result(session.get_session_id(), None)
    assert reading.get_session_id() == session.get_session_id()


def asynchronous_call_works():
    client = Vitals.CircadifyClient.new(None, None)
    loop = GLib.MainLoop()
    readings = []

    def scanned(source, result):
        readings.append(source.scan_tensor_finish(result))
        loop.quit()

    client.scan_tensor_async(payload(), None, None, scanned)
    loop.run()
    assert readings[0].is_synthetic()


def errors_are_caught():
    try:
        Vitals.CircadifyClient.new("nonsense", None)
        raise AssertionError("a malformed key was taken")
    except GLib.Error as error:
        assert error.matches(Vitals.error_quark(),
                             Vitals.Error.INVALID_API_KEY), error

    client = Vitals.CircadifyClient.new("ck_live_unknown", None)
    try:
        client.start_session(None, None)
        raise AssertionError("an unknown key was taken")
    except GLib.Error as error:
        assert error.matches(Vitals.error_quark(),
                             Vitals.Error.UNAUTHORIZED), error
    # what GLib.Error does not carry
    failure = client.props.last_failure
    assert failure.get_string("code") == "UNAUTHORIZED"
    assert failure.get_uint("http-status")[1] == 401
    assert failure.get_boolean("retryable") == (True, False)


def what_may_be_absent_is_nullable():
    repository = GIRepository.Repository.get_default()
    for name, nullable in (("error_get_service_code", True),
                           ("error_get_name", False)):
        function = repository.find_by_name("Vitals", name)
        assert GIRepository.callable_info_may_return_null(function) \
            == nullable, name


Gst.init(None)
scan_works()
steps_work()
asynchronous_call_works()
errors_are_caught()
what_may_be_absent_is_nullable()
