# SPDX-License-Identifier: LGPL-2.1-or-later
# Turns what gst-launch-1.0 -m prints into lines for a person: progress as a
# bar on a terminal, one line a reading, errors as they are.
# Exit status: 0 with a reading and an end of stream that no error came before,
# 3 without a reading, 4 with a reading but no such end. What a network camera
# does to its connection while the pipeline stops is no failure of a measurement.

# The text of a printed string, where \ooo is a byte. The awk that runs this
# counts in bytes (LC_ALL=C). What would move a cursor becomes a blank.
function unescaped(text,    out, at, byte) {
  while (at = index(text, "\\")) {
    out = out substr(text, 1, at - 1)
    text = substr(text, at + 1)
    if (text ~ /^[0-3][0-7][0-7]/) {
      byte = substr(text, 1, 1) * 64 + substr(text, 2, 1) * 8 + substr(text, 3, 1)
      out = out (byte < 128 ? " " : sprintf("%c", byte))
      text = substr(text, 4)
    } else {
      out = out substr(text, 1, 1)
      text = substr(text, 2)
    }
  }
  return out text
}

# The value of a field of a printed structure, or "" when it is absent.
function field(name,    text, start) {
  start = match($0, "[ ,]" name "=(\\([A-Za-z0-9]+\\))?")
  if (!start)
    return ""
  text = substr($0, RSTART + RLENGTH)
  if (substr(text, 1, 1) == "\"") {
    match(text, /^"([^"\\]|\\.)*"/)
    text = substr(text, 2, RLENGTH - 2)
    text = unescaped(text)
  } else {
    sub(/[,;].*/, "", text)
  }
  return text
}

function clear_bar() {
  if (bar)
    printf "\r\033[K"
  bar = 0
}

function say(text) {
  clear_bar()
  print text
  fflush()
}

function measure(name, title, unit, digits,    value) {
  value = field(name)
  if (value != "")
    line = line sprintf("  %s %.*f%s", title, digits, value, unit)
}

function show_progress(    percent, filled, text) {
  percent = field("percent")
  text = "window " field("window") ": " field("phase")
  if (field("phase") == "readiness")
    waited = 1
  if (field("phase") == "capturing")
    begun = 1
  if (!terminal) {
    if (text != last)
      say(text)
    last = text
    return
  }
  if (percent != "") {
    filled = sprintf("%*s", int(percent * 3 / 10), "")
    gsub(/ /, "#", filled)
    text = text sprintf("  [%-30s] %3d %%", filled, percent)
  }
  printf "\r\033[K%s", text
  bar = 1
  fflush()
}

function show_vitals() {
  line = "window " field("window") ":"
  measure("heart-rate", "heart", " bpm", 1)
  measure("respiratory-rate", "breathing", " /min", 1)
  measure("hrv", "HRV", " ms (experimental)", 0)
  measure("hrv-sdnn", "SDNN", " ms (experimental)", 0)
  measure("hrv-rmssd", "RMSSD", " ms (experimental)", 0)
  measure("spo2", "SpO2", " %", 0)
  measure("systolic-bp", "systolic", " mmHg", 0)
  measure("diastolic-bp", "diastolic", " mmHg", 0)
  measure("confidence", "confidence", "", 2)
  line = line "  (" field("frames") " frames)"
  if (field("is-synthetic") == "true")
    line = line (field("key-environment") == "test" ? \
      "  SYNTHETIC: the numbers of a test key, not measured" : \
      "  SYNTHETIC: measured, but the input is a synthetic face")
  if (field("is-fallback") == "true")
    line = line "  FALLBACK: not measured"
  say(line)
  readings++
}

/ \(element\): vitals-progress,/ { show_progress(); next }
/ \(element\): vitals,/ { show_vitals(); next }
/ \(element\): vitals-failed,/ {
  say("window " field("window") ": failed, " field("code") ": " field("message"))
  next
}
/ \(element\): vitals-dropped,/ {
  say("window " field("window") ": dropped, " field("reason") \
    " (" field("frames") " frames)")
  next
}
/ \(element\): vitals-quality,/ {
  if (field("warnings") !~ /^[<{] *[>}]$/ && field("warnings") != "")
    say("quality: " field("warnings"))
  next
}
/^ERROR: / && !ended { errors++ }
/^Got EOS from element/ { ended = 1; next }
# the other messages of the bus, and what gst-launch says of its own doings
/^(Got message #|GstMessage)/ { next }
/^(Setting pipeline|Pipeline is|Prerolled|Redistribute|New clock|Progress:|Execution ended|Freeing pipeline|Use Windows|handling interrupt|Interrupt:|EOS on shutdown|EOS received|Got context|Missing element|Additional debug info:|\.\.\/)/ {
  next
}
/^$/ { next }
{ say($0) }

END {
  clear_bar()
  if (!readings) {
    print waited && !begun ? "no reading: no frame with a face came" : "no reading"
    exit 3
  }
  if (errors || !ended)
    exit 4
}
