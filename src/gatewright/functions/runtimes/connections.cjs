"use strict";
/*
 * Leads calls of @connections to this node: handlers send them to https://{domainName}/{stage}, where on AWS the API is.
 *
 * Where AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI is set, a request through node:https (so do AWS's SDKs) for an API's own
 * name, or the domain name of a WebSocket event, and a path below @connections goes there, its Host, path and signature
 * as they are. All other requests are let be.
 */
const http = require("http");
const https = require("https");
const { syncBuiltinESMExports } = require("module");
const { urlToHttpOptions } = require("url");

const API_HOST = /^[a-z0-9]+\.execute-api\.[a-z0-9.-]+$/i;
const CONNECTIONS = /^\/[^/?]+\/(?:@|%40)connections(?:[/?]|$)/i;
const MOST_NAMES = 100;
const names = new Set(); // domain names of events
const configured = process.env.AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI;

/** Keep the domain name of a WebSocket event. */
function learn(event) {
  const context = event && event.requestContext;
  if (context && context.connectionId && names.size < MOST_NAMES) names.add(context.domainName);
}

/** The options of a request in the forms that node:https takes: (options), (url), (url, options). */
function optionsOf([first, second]) {
  if (typeof first === "string" || first instanceof URL) return { ...urlToHttpOptions(new URL(first)), ...(typeof second === "object" ? second : {}) };
  return first || {};
}

function asksConnections(options) {
  const host = options.hostname || options.host || "";
  return (!options.port || Number(options.port) === 443) && (names.has(host) || API_HOST.test(host)) && CONNECTIONS.test(options.path || "");
}

/** The same request, to be sent to `home`. */
function redirected(options, home, agent) {
  const { host, hostname, servername, ...rest } = options;
  const headers = { ...rest.headers };
  if (!Object.keys(headers).some((name) => name.toLowerCase() === "host")) headers.Host = hostname || host;
  return { ...rest, protocol: home.protocol, hostname: home.hostname, port: home.port, agent, headers };
}

if (configured) {
  const home = new URL(configured);
  const transport = home.protocol === "https:" ? https : http;
  const agent = new transport.Agent({ keepAlive: true });
  const direct = https.request;
  const send = transport.request;
  https.request = function request(...args) {
    const options = optionsOf(args);
    if (!asksConnections(options)) return direct.apply(this, args);
    return send(redirected(options, home, agent), args.find((each) => typeof each === "function"));
  };
  https.get = function get(...args) {
    const sent = https.request(...args);
    sent.end();
    return sent;
  };
  syncBuiltinESMExports();
}

module.exports = { learn };
