"use strict";
/*
 * The Node.js side of the Lambda Runtime API: loads a handler and serves invocations until the host is gone.
 *
 *   node bootstrap.cjs module.handler        cwd and LAMBDA_TASK_ROOT: the function's folder
 *
 * One loop: GET next, call the handler, POST its response or error. What a handler may be (callback, promise, async, streaming; CommonJS
 * or ES module) and what goes wrong in which words follows AWS's runtime for Node.js
 * (https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html). Exit codes: 129 the handler cannot be loaded or threw outside a
 * call, 128 a promise was rejected and nobody listened; the host turns both into Runtime.ExitError.
 *
 * Log lines are written synchronously, so that they are in the pipe before the answer is on the wire.
 */
const fs = require("fs");
const http = require("http");
const path = require("path");
const util = require("util");
const { pathToFileURL } = require("url");
const { Writable } = require("stream");
const { learn } = require("./connections.cjs");

const [HOST, PORT] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const BASE = "/2018-06-01/runtime";
const ROOT = process.env.LAMBDA_TASK_ROOT || process.cwd();
const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");
const PRELUDE_TYPE = "application/vnd.awslambda.http-integration-response";
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

let requestId; // of the invocation in hand; undefined between two
let onEmptyLoop = null; // what to do when nothing is left that could go on

// ---- Logs ------------------------------------------------------------------------------------------------------------

const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const JSON_LOGS = process.env.AWS_LAMBDA_LOG_FORMAT === "JSON";
const LEAST = JSON_LOGS ? Math.max(0, LEVELS.indexOf((process.env.AWS_LAMBDA_LOG_LEVEL || "TRACE").toUpperCase())) : 0;

function emit(text) {
  const data = Buffer.from(text);
  for (let at = 0; at < data.length; ) {
    try {
      at += fs.writeSync(1, data, at);
    } catch (error) {
      if (error.code !== "EAGAIN") return; // nobody reads any more
    }
  }
}

function write(level, parts) {
  if (LEVELS.indexOf(level) < LEAST) return;
  const timestamp = new Date().toISOString();
  if (!JSON_LOGS) return emit(`${timestamp}\t${requestId}\t${level}\t${util.format(...parts).replace(/\n/g, "\r")}\n`);
  const line = { timestamp, level, requestId };
  const error = parts.find((part) => part instanceof Error);
  line.message = parts.length === 1 && !error ? parts[0] : util.format(...parts);
  if (error) Object.assign(line, { errorType: error.name, errorMessage: error.message, stackTrace: trace(error) });
  let text;
  try {
    text = JSON.stringify(line);
  } catch {
    text = JSON.stringify({ ...line, message: util.format(...parts) });
  }
  emit(text + "\n");
}

for (const [method, level] of Object.entries({ log: "INFO", info: "INFO", debug: "DEBUG", warn: "WARN", error: "ERROR", trace: "TRACE", fatal: "FATAL" })) {
  console[method] = (...parts) => write(level, parts);
}

// ---- Errors ----------------------------------------------------------------------------------------------------------

function trace(error) {
  return String(error.stack || "").split("\n");
}

function describe(error) {
  if (util.types.isNativeError(error) || error instanceof Error) {
    return { errorType: String(error.name), errorMessage: String(error.message), trace: trace(error) };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function named(type, message, cause) {
  const error = new Error(message);
  error.name = type;
  error.stack = cause ? cause.stack : `${type}: ${message}`;
  return error;
}

function logError(title, error) {
  const shown = { ...describe(error), ...(error && error.reason ? { reason: describe(error.reason) } : {}) };
  write("ERROR", [title + " ", JSON.stringify({ errorType: shown.errorType, errorMessage: shown.errorMessage, ...shown.reason && { reason: shown.reason }, stack: shown.trace })]);
}

// ---- Runtime API -----------------------------------------------------------------------------------------------------

function call(method, target, headers, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ agent, host: HOST, port: PORT, method, path: BASE + target, headers }, (answer) => {
      const pieces = [];
      answer.on("data", (piece) => pieces.push(piece));
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces) }));
      answer.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

function post(target, body, type, extra) {
  const data = Buffer.isBuffer(body) ? body : Buffer.from(body);
  return call("POST", target, { "Content-Type": type || "application/json", "Content-Length": data.length, ...extra }, data);
}

function postError(target, error) {
  const described = describe(error);
  return post(target, JSON.stringify(described), "application/json", { "Lambda-Runtime-Function-Error-Type": described.errorType.replace(/[^\x21-\x7e]/g, "?") });
}

// ---- Loading ---------------------------------------------------------------------------------------------------------

function isModule(file) {
  if (file.endsWith(".mjs")) return true;
  if (file.endsWith(".cjs")) return false;
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const described = path.join(folder, "package.json");
    if (fs.existsSync(described)) {
      try {
        return JSON.parse(fs.readFileSync(described, "utf8")).type === "module";
      } catch {
        return false;
      }
    }
    if (folder === path.dirname(folder)) return false;
  }
}

async function loadModule(name) {
  const base = path.resolve(ROOT, name);
  const file = [base, base + ".js", base + ".mjs", base + ".cjs"].find((f) => fs.existsSync(f) && fs.statSync(f).isFile());
  if (file && isModule(file)) return import(pathToFileURL(file).href);
  if (file) return require(file);
  return require(require.resolve(name, { paths: [ROOT] }));
}

async function loadHandler(text) {
  const folder = text.includes("/") ? text.slice(0, text.lastIndexOf("/") + 1) : "";
  const match = /^([^.]*)\.(.+)$/.exec(text.slice(folder.length));
  if (!match || text.includes("..")) throw named("Runtime.MalformedHandlerName", "Bad handler");
  const [, name, dotted] = match;
  let loaded;
  try {
    loaded = await loadModule(folder + name);
  } catch (error) {
    if (error instanceof SyntaxError) throw named("Runtime.UserCodeSyntaxError", String(error), error);
    if (error && (error.code === "MODULE_NOT_FOUND" || error.code === "ERR_MODULE_NOT_FOUND")) {
      throw named("Runtime.ImportModuleError", String(error).replace(folder + name, name), error);
    }
    throw error;
  }
  const find = (from) => dotted.split(".").reduce((value, key) => (value === undefined || value === null ? undefined : value[key]), from);
  const handler = find(loaded) ?? find(loaded && loaded.default);
  if (handler === undefined || handler === null) throw named("Runtime.HandlerNotFound", `${text} is undefined or not exported`);
  if (typeof handler !== "function") throw named("Runtime.HandlerNotFound", `${text} is not a function`);
  return handler;
}

// ---- Streaming -------------------------------------------------------------------------------------------------------

class HttpResponseStream {
  /** Puts status and headers in front of what is written. */
  static from(stream, metadata) {
    stream.setContentType(PRELUDE_TYPE);
    stream.write(JSON.stringify(metadata || {}));
    stream.write(Buffer.alloc(8));
    return stream;
  }
}

globalThis.awslambda = {
  streamifyResponse(handler, options) {
    handler[STREAMING] = options || true;
    return handler;
  },
  HttpResponseStream,
};

/** The response of one invocation: the first write opens it, every write is sent at once. */
class ResponseStream extends Writable {
  constructor(id) {
    super();
    this.type = "application/octet-stream";
    this.answered = new Promise((resolve, reject) => ((this.resolve = resolve), (this.reject = reject)));
    this.answered.catch(() => {}); // told to whoever waits for it
    this.id = id;
  }

  setContentType(type) {
    if (this.request) throw new Error("Cannot set content-type, too late.");
    this.type = type;
  }

  /** What is neither text nor bytes goes out as JSON, as on AWS. */
  write(chunk, ...rest) {
    return super.write(typeof chunk === "string" || chunk instanceof Uint8Array ? chunk : JSON.stringify(chunk), ...rest);
  }

  open() {
    if (this.request) return this.request;
    const headers = {
      "Content-Type": this.type,
      "Transfer-Encoding": "chunked",
      "Lambda-Runtime-Function-Response-Mode": "streaming",
      Trailer: "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body",
    };
    const target = `${BASE}/invocation/${this.id}/response`;
    this.request = http.request({ agent, host: HOST, port: PORT, method: "POST", path: target, headers }, (answer) => {
      answer.resume();
      answer.on("end", () => this.resolve({ status: answer.statusCode }));
    });
    this.request.on("error", (error) => (this.reject(error), this.destroy(error)));
    return this.request;
  }

  _write(chunk, encoding, done) {
    const request = this.open();
    if (request.write(chunk)) done();
    else request.once("drain", done);
  }

  _final(done) {
    this.open().end(done);
  }

  /** Ends a response that has begun with the error that broke it off. */
  fail(error) {
    const described = describe(error);
    this.request.addTrailers({
      "Lambda-Runtime-Function-Error-Type": described.errorType.replace(/[^\x21-\x7e]/g, "?"),
      "Lambda-Runtime-Function-Error-Body": Buffer.from(JSON.stringify(described)).toString("base64"),
    });
    this.request.end();
  }
}

async function runStreaming(handler, event, context, id) {
  const stream = new ResponseStream(id);
  const ended = new Promise((resolve, reject) => stream.on("finish", resolve).on("error", reject));
  ended.catch(() => {}); // the handler may fail first
  try {
    await handler(event, stream, context);
    await ended;
  } catch (error) {
    if (!stream.request || stream.writableFinished) throw error;
    logError("Invoke Error", error);
    stream.fail(error);
  }
  await stream.answered.then((answered) => answered.status >= 500 && process.exit(1), () => {}); // cut off by the host: on to the next
}

// ---- Invocations -----------------------------------------------------------------------------------------------------

function contextOf(headers) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const json = (name) => (headers[name] ? JSON.parse(headers[name]) : undefined);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: json("lambda-runtime-client-context"),
    identity: json("lambda-runtime-cognito-identity"),
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

/** Calls the handler; resolves with its result as soon as the handler's style says that it is there. */
function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    const settle = (error, result) => (error !== undefined && error !== null ? reject(error) : resolve(result));
    const callback = (error, result) => {
      if (!context.callbackWaitsForEmptyEventLoop) return settle(error, result);
      onEmptyLoop = () => settle(error, result);
    };
    context.done = callback;
    context.succeed = (result) => settle(null, result);
    context.fail = (error) => settle(error === undefined || error === null ? "handled" : error);
    onEmptyLoop = () => settle(null, null); // a callback that never came: AWS answers null
    const result = handler(event, context, callback);
    if (result && typeof result.then === "function") {
      onEmptyLoop = () => reject(named("Runtime.NodeJsExit", "The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes"));
      result.then(resolve, reject);
    }
  });
}

function stringify(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? "null";
  } catch {
    throw named("Error", "Unable to stringify response body");
  }
}

/** The host refuses what it must (413: too large) and goes on; only 500 says that this process has to end. */
async function answer(pending) {
  if ((await pending).status >= 500) process.exit(1);
}

async function serve(handler, invocation) {
  const id = (requestId = invocation.headers["lambda-runtime-aws-request-id"]);
  const traceId = invocation.headers["lambda-runtime-trace-id"];
  if (traceId) process.env._X_AMZN_TRACE_ID = traceId;
  else delete process.env._X_AMZN_TRACE_ID;
  let text;
  try {
    const event = JSON.parse(invocation.body.toString());
    learn(event);
    const context = contextOf(invocation.headers);
    if (handler[STREAMING]) return await runStreaming(handler, event, context, id);
    text = stringify(await run(handler, event, context));
  } catch (error) {
    onEmptyLoop = null;
    logError("Invoke Error", error);
    return answer(postError(`/invocation/${id}/error`, error));
  }
  onEmptyLoop = null;
  return answer(post(`/invocation/${id}/response`, text));
}

process.on("beforeExit", () => {
  const next = onEmptyLoop;
  onEmptyLoop = null;
  if (next) next();
});

process.on("uncaughtException", (error, origin) => {
  if (origin === "unhandledRejection") return rejected(error);
  logError("Uncaught Exception", error);
  process.exit(129);
});

function rejected(reason) {
  const error = named("Runtime.UnhandledPromiseRejection", String(reason));
  error.reason = reason;
  logError("Unhandled Promise Rejection", error);
  process.exit(128);
}

process.on("unhandledRejection", rejected);

async function main() {
  let handler;
  try {
    handler = await loadHandler(process.argv[2] || "");
  } catch (error) {
    logError("Uncaught Exception", error);
    await postError("/init/error", error).catch(() => {});
    process.exit(129);
  }
  for (;;) {
    let invocation;
    try {
      requestId = undefined;
      invocation = await call("GET", "/invocation/next", {});
    } catch {
      process.exit(0); // the host has gone
    }
    if (invocation.status !== 200) process.exit(1);
    await serve(handler, invocation);
  }
}

main();
