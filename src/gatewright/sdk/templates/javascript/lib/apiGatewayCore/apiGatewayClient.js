/* Chooses between plain and signed requests. */
(function (root, factory) {
  'use strict';
  if (typeof module === 'object' && module.exports) {
    module.exports = factory(require('./utils.js'), require('./simpleHttpClient.js'), require('./sigV4Client.js'));
  } else {
    var core = root.apiGateway.core;
    core.apiGatewayClientFactory = factory(core.utils, core.simpleHttpClientFactory, core.sigV4ClientFactory);
  }
})(typeof globalThis !== 'undefined' ? globalThis : this, function (utils, simpleHttpClientFactory, sigV4ClientFactory) {
  'use strict';

  function newClient(simpleHttpClientConfig, sigV4ClientConfig) {
    var plain = simpleHttpClientFactory.newClient(simpleHttpClientConfig);
    var signing = Object.assign({}, sigV4ClientConfig, { http: plain });

    return {
      /* authType: 'NONE' or 'AWS_IAM'. Resolves to {status, statusText, headers, data, config}. */
      makeRequest: function (request, authType, additionalParams, apiKey) {
        var more = additionalParams || {};
        var sent = Object.assign({}, request, {
          headers: utils.merge(request.headers, apiKey ? { 'x-api-key': apiKey } : {}, more.headers),
          queryParams: utils.merge(request.queryParams, more.queryParams),
          responseType: more.responseType
        });
        if (authType === 'AWS_IAM') {
          return sigV4ClientFactory.newClient(signing).makeRequest(sent);
        }
        return plain.makeRequest(sent);
      }
    };
  }

  return { newClient: newClient };
});
