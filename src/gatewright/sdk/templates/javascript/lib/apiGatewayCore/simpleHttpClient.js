/* Requests through fetch, which browsers and Node.js 18 have. */
(function (root, factory) {
  'use strict';
  if (typeof module === 'object' && module.exports) {
    module.exports = factory(require('./utils.js'));
  } else {
    root.apiGateway.core.simpleHttpClientFactory = factory(root.apiGateway.core.utils);
  }
})(typeof globalThis !== 'undefined' ? globalThis : this, function (utils) {
  'use strict';

  /* The bytes of a body, undefined for none. As in AWS's clients an object without members is none. */
  function bytesOf(body) {
    if (body === undefined || body === null || body === '') {
      return Promise.resolve(undefined);
    }
    if (typeof body === 'string') {
      return Promise.resolve(new TextEncoder().encode(body));
    }
    if (body instanceof ArrayBuffer) {
      return Promise.resolve(new Uint8Array(body));
    }
    if (ArrayBuffer.isView(body)) {
      return Promise.resolve(new Uint8Array(body.buffer, body.byteOffset, body.byteLength));
    }
    if (typeof Blob !== 'undefined' && body instanceof Blob) {
      return body.arrayBuffer().then(function (buffer) { return new Uint8Array(buffer); });
    }
    if (typeof body === 'object' && !Array.isArray(body) && Object.keys(body).length === 0) {
      return Promise.resolve(undefined);
    }
    return Promise.resolve(new TextEncoder().encode(JSON.stringify(body)));
  }

  function dataOf(response, buffer, responseType) {
    if (responseType === 'arraybuffer') {
      return buffer;
    }
    var text = new TextDecoder().decode(buffer);
    var type = response.headers.get('content-type') || '';
    if (/[/+]json\b/i.test(type)) {
      try {
        return JSON.parse(text);
      } catch (error) {
        return text;
      }
    }
    return text;
  }

  function newClient(config) {
    utils.assertDefined(config.endpoint, 'endpoint');

    /* Send a request whose body is bytes: {verb, path, headers, queryParams, body, responseType}. */
    function send(request) {
      var query = utils.queryString(request.queryParams);
      var url = config.endpoint + request.path + (query ? '?' + query : '');
      if (request.body !== undefined && (request.verb === 'GET' || request.verb === 'HEAD')) {
        return Promise.reject(new Error('A ' + request.verb + ' request cannot have a body here'));
      }
      var headers = Object.create(null);
      Object.keys(request.headers).forEach(function (name) { headers[name] = String(request.headers[name]); });
      var options = { method: request.verb, headers: headers, body: request.body };
      return fetch(url, options).then(function (response) {
        return response.arrayBuffer().then(function (buffer) {
          var answer = {
            status: response.status,
            statusText: response.statusText,
            headers: Object.fromEntries(response.headers.entries()),
            data: dataOf(response, buffer, request.responseType),
            config: { method: request.verb, url: url, headers: headers }
          };
          if (response.ok) {
            return answer;
          }
          var error = new Error('Request failed with status code ' + response.status);
          throw Object.assign(error, answer, { response: answer });
        });
      });
    }

    function withDefaults(request, body) {
      var headers = utils.merge(request.headers);
      if (!utils.header(headers, 'accept')) {
        headers.Accept = config.defaultAcceptType;
      }
      if (body !== undefined && !utils.header(headers, 'content-type')) {
        headers['Content-Type'] = config.defaultContentType;
      }
      return {
        verb: request.verb,
        path: request.path,
        headers: headers,
        queryParams: utils.merge(request.queryParams),
        body: body,
        responseType: request.responseType
      };
    }

    return {
      send: send,
      /* The request with its body as bytes and the headers that go with it. */
      prepare: function (request) {
        return bytesOf(request.body).then(function (body) { return withDefaults(request, body); });
      },
      makeRequest: function (request) {
        return this.prepare(request).then(send);
      }
    };
  }

  return { newClient: newClient };
});
