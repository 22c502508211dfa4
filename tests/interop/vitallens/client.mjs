// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The vendor's own client against the sandbox: what it measures, and which of
// its error classes it throws. Frames are made here, so that neither a face
// model nor a video decoder is needed; all else is the client's own code.
// Environment: VITALLENS_BASE_URL, VITALLENS_API_KEY.

import assert from 'node:assert/strict';

const base = process.env.VITALLENS_BASE_URL;
process.env.VITALLENS_FILE_ENDPOINT = `${base}/file`;
process.env.VITALLENS_STREAM_ENDPOINT = `${base}/stream`;
process.env.VITALLENS_RESOLVE_MODEL_ENDPOINT = `${base}/resolve-model`;
const { VitalLens } = await import('vitallens');

const SIZE = 40;
const FPS = 30;
const HEART_RATE = 72;

// Skin whose green has a pulse; each pixel with noise of its own.
function makePixels(first, count) {
  const pixels = new Uint8Array(count * SIZE * SIZE * 3);
  let seed = 1 + first;
  let at = 0;
  for (let i = 0; i < count; i++) {
    const beat = Math.sin(2 * Math.PI * HEART_RATE / 60 * (first + i) / FPS);
    const colour = [180 * (1 - 0.001 * beat), 120 * (1 - 0.004 * beat),
      100 * (1 - 0.002 * beat)];
    for (let k = 0; k < SIZE * SIZE * 3; k++) {
      seed = (seed * 1664525 + 1013904223) >>> 0;
      pixels[at++] = colour[k % 3] + seed / 4294967296;
    }
  }
  return pixels;
}

// What the client passes around as a frame (here: many of them).
function makeFrames(first, count) {
  const box = { x0: 0, y0: 0, x1: 200, y1: 200 };
  return {
    getUint8Array: () => makePixels(first, count),
    getTimestamp: () => Array.from({ length: count }, (_, i) => (first + i) / FPS),
    getROI: () => Array.from({ length: count }, () => box),
  };
}

function newClient(apiKey) {
  return new VitalLens({ method: 'vitallens', apiKey,
    globalRoi: { x0: 0, y0: 0, x1: 200, y1: 200 } });
}

async function newHandler(apiKey) {
  const handler = newClient(apiKey).controller.methodHandler;
  await handler.init();
  return handler;
}

async function measureFile() {
  const client = newClient(process.env.VITALLENS_API_KEY);
  const frames = [makeFrames(0, 450)];
  client.controller.frameIteratorFactory.createFileFrameIterator = () => ({
    start: async () => {},
    [Symbol.asyncIterator]: () => frames[Symbol.iterator](),
  });
  client.controller.createFFmpegWrapper = () => ({ cleanup() {} });
  const result = await client.processVideoFile('frames');
  const rate = result.vitals.heart_rate.value;
  assert.ok(Math.abs(rate - HEART_RATE) < 1, `heart rate ${rate}`);
  assert.equal(result.waveforms.ppg_waveform.data.length, 450);
  console.log(`file: heart rate ${rate.toFixed(1)} of ${HEART_RATE}`);
}

async function measureStream() {
  const handler = await newHandler(process.env.VITALLENS_API_KEY);
  const context = handler.getConfig().minWindowLengthState - 1;
  const whole = await handler.process(makeFrames(0, 90), 'stream');
  const samples = [];
  let state;
  for (let first = 0; first < 90; first += 30) {
    const overlap = state ? context : 0;
    const part = { ...makeFrames(first - overlap, 30 + overlap) };
    const all = makePixels(0, 90).subarray((first - overlap) * SIZE * SIZE * 3,
      (first + 30) * SIZE * SIZE * 3);
    part.getUint8Array = () => all;
    const result = await handler.process(part, 'stream', state);
    assert.equal(result.n, 30);
    assert.equal(result.time.length, 30);
    state = new Float32Array(result.state.data);
    assert.equal(state.length, 256);
    samples.push(...result.waveforms.ppg_waveform.data);
  }
  const data = whole.waveforms.ppg_waveform.data;
  const range = Math.max(...data) - Math.min(...data);
  assert.ok(range > 0);
  data.forEach((value, i) => assert.ok(Math.abs(value - samples[i]) < 0.01 * range));
  console.log(`stream: ${samples.length} samples in 3 chunks, as in one call`);
}

async function assertThrows(what, name, call) {
  await assert.rejects(call, (error) => {
    assert.equal(error.name, name, `${what}: ${error.name}: ${error.message}`);
    return true;
  });
  console.log(`${what}: ${name}`);
}

async function checkRefusals() {
  const key = process.env.VITALLENS_API_KEY;
  await assertThrows('wrong key', 'VitalLensAPIKeyError', newHandler('wrong'));
  const handler = await newHandler(key);
  for (const mode of ['file', 'stream']) {
    await assertThrows(`${mode}: too few frames`, 'VitalLensAPIError',
      handler.process(makeFrames(0, 15), mode));
    const cut = makeFrames(0, 20);
    cut.getUint8Array = () => makePixels(0, 20).subarray(1);
    await assertThrows(`${mode}: bytes that do not fit`, 'VitalLensAPIError',
      handler.process(cut, mode));
  }
  await assertThrows('stream: too many frames', 'VitalLensAPIError',
    handler.process(makeFrames(0, 151), 'stream'));
  await assertThrows('file: too many frames', 'VitalLensAPIError',
    handler.process(makeFrames(0, 901), 'file'));
}

// The sandbox was started with one fault on each call, by its number.
async function checkFaults() {
  await assertThrows('model not in plan', 'VitalLensAPIKeyError',
    newHandler(process.env.VITALLENS_API_KEY));
  const handler = await newHandler(process.env.VITALLENS_API_KEY);
  const expected = ['VitalLensAPIKeyError', 'VitalLensAPIQuotaExceededError',
    'VitalLensAPIError', 'VitalLensAPIError', 'VitalLensAPIError',
    'VitalLensAPIError', null, 'VitalLensAPIError', 'VitalLensAPIError'];
  for (const mode of ['file', 'stream']) {
    for (const [i, name] of expected.entries()) {
      const call = handler.process(makeFrames(0, 20), mode);
      if (name)
        await assertThrows(`${mode}: fault ${i + 1}`, name, call);
      else // an answer without vitals gives nothing
        assert.equal(await call, undefined);
    }
  }
}

if (process.argv[2] === 'faults') {
  await checkFaults();
} else {
  await measureFile();
  await measureStream();
  await checkRefusals();
}
