/* AWS Signature Version 4 with the Web Crypto that browsers (on https or localhost) and Node.js have. */
(function (root, factory) {
  'use strict';
  if (typeof module === 'object' && module.exports) {
    module.exports = factory(require('./utils.js'), function () {
      return globalThis.crypto || require('node:crypto').webcrypto;
    });
  } else {
    root.apiGateway.core.sigV4ClientFactory = factory(root.apiGateway.core.utils, function () { return root.crypto; });
  }
})(typeof globalThis !== 'undefined' ? globalThis : this, function (utils, crypto) {
  'use strict';

  var ALGORITHM = 'AWS4-HMAC-SHA256';
  var HMAC = { name: 'HMAC', hash: 'SHA-256' };

  function subtle() {
    var found = crypto();
    if (!found || !found.subtle) {
      throw new Error('Requests can be signed on https and localhost pages only: there is no Web Crypto here');
    }
    return found.subtle;
  }

  function bytes(text) {
    return new TextEncoder().encode(text);
  }

  function hex(buffer) {
    return Array.from(new Uint8Array(buffer), function (byte) { return byte.toString(16).padStart(2, '0'); }).join('');
  }

  function sha256(data) {
    return subtle().digest('SHA-256', data).then(hex);
  }

  function hmac(key, text) {
    return subtle().importKey('raw', key, HMAC, false, ['sign']).then(function (imported) {
      return subtle().sign(HMAC, imported, bytes(text));
    });
  }

  /* A path that is percent-encoded already is encoded once more, as every service but S3 wants it. */
  function canonicalPath(path) {
    return path.split('/').map(utils.encode).join('/');
  }

  function canonical(request, headers, payload) {
    var signed = Object.keys(headers).sort();
    return [
      request.verb,
      canonicalPath(request.path),
      utils.queryString(request.queryParams),
      signed.map(function (name) { return name + ':' + headers[name].trim().replace(/\s+/g, ' ') + '\n'; }).join(''),
      signed.join(';'),
      payload
    ].join('\n');
  }

  function signedHeaders(request, host, date) {
    var headers = Object.create(null);
    Object.keys(request.headers).forEach(function (name) {
      var lower = name.toLowerCase();
      if (lower === 'content-type' || lower.indexOf('x-amz-') === 0) {
        headers[lower] = String(request.headers[name]);
      }
    });
    headers.host = host;
    headers['x-amz-date'] = date;
    return headers;
  }

  function newClient(config) {
    utils.assertDefined(config.accessKey, 'accessKey');
    utils.assertDefined(config.secretKey, 'secretKey');
    utils.assertDefined(config.http, 'http');
    var host = new URL(config.endpoint).host;

    function sign(request) {
      var date = new Date().toISOString().replace(/[:-]|\.\d{3}/g, '');
      var scope = [date.slice(0, 8), config.region, config.serviceName, 'aws4_request'];
      if (config.sessionToken) {
        request.headers['x-amz-security-token'] = config.sessionToken;
      }
      var headers = signedHeaders(request, host, date);
      return sha256(request.body === undefined ? new Uint8Array(0) : request.body)
        .then(function (payload) { return sha256(bytes(canonical(request, headers, payload))); })
        .then(function (hash) {
          var text = [ALGORITHM, date, scope.join('/'), hash].join('\n');
          var key = Promise.resolve(bytes('AWS4' + config.secretKey));
          return scope.concat([text]).reduce(function (before, part) {
            return before.then(function (made) { return hmac(made, part); });
          }, key);
        })
        .then(function (signature) {
          request.headers['x-amz-date'] = date;
          request.headers.Authorization = ALGORITHM +
            ' Credential=' + config.accessKey + '/' + scope.join('/') +
            ', SignedHeaders=' + Object.keys(headers).sort().join(';') +
            ', Signature=' + hex(signature);
          return request;
        });
    }

    return {
      makeRequest: function (request) {
        return config.http.prepare(request).then(sign).then(config.http.send);
      }
    };
  }

  return { newClient: newClient };
});
