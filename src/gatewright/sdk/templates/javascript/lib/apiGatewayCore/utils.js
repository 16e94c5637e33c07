/* Small helpers that the other files share. */
(function (root, factory) {
  'use strict';
  if (typeof module === 'object' && module.exports) {
    module.exports = factory();
  } else {
    root.apiGateway = root.apiGateway || {};
    root.apiGateway.core = root.apiGateway.core || {};
    root.apiGateway.core.utils = factory();
  }
})(typeof globalThis !== 'undefined' ? globalThis : this, function () {
  'use strict';

  function has(object, name) {
    return object !== undefined && object !== null && Object.prototype.hasOwnProperty.call(object, name) &&
      object[name] !== undefined && object[name] !== null;
  }

  function assertDefined(object, name) {
    if (object === undefined) {
      throw new Error(name + ' must be defined');
    }
    return object;
  }

  /* Throws when a parameter that a method requires is not given. */
  function assertParametersDefined(params, names) {
    names.forEach(function (name) {
      if (!has(params, name)) {
        throw new Error(name + ' is a required parameter');
      }
    });
  }

  /* The named parameters that are given, as an object without a prototype. */
  function parseParametersToObject(params, names) {
    var found = Object.create(null);
    names.forEach(function (name) {
      if (has(params, name)) {
        found[name] = params[name];
      }
    });
    return found;
  }

  /* What the objects hold, later ones first, as an object without a prototype. */
  function merge() {
    var merged = Object.create(null);
    Array.prototype.forEach.call(arguments, function (object) {
      Object.keys(object || {}).forEach(function (name) {
        if (has(object, name)) {
          merged[name] = object[name];
        }
      });
    });
    return merged;
  }

  /* Percent-encoding by RFC 3986, as signatures need it. */
  function encode(text) {
    return encodeURIComponent(String(text)).replace(/[!'()*]/g, function (character) {
      return '%' + character.charCodeAt(0).toString(16).toUpperCase();
    });
  }

  function literal(text) {
    return encodeURI(text).replace(/[?#]/g, encode);
  }

  /* A path with its parameters filled in; {name+} keeps its slashes. */
  function expand(template, values) {
    var path = template.split(/(\{[^{}]+\})/).map(function (piece, at) {
      if (at % 2 === 0) {
        return literal(piece);
      }
      var greedy = piece.charAt(piece.length - 2) === '+';
      var key = piece.slice(1, greedy ? -2 : -1);
      var value = has(values, key) ? String(values[key]) : '';
      return greedy ? value.split('/').map(encode).join('/') : encode(value);
    }).join('');
    if (/(^|\/)\.\.?(\/|$)/.test(path)) {
      throw new Error('A path parameter cannot be "." or ".."');
    }
    return path;
  }

  /* The query of a request, sorted; a list stands for several values. */
  function queryString(params) {
    var pairs = [];
    Object.keys(params).forEach(function (name) {
      [].concat(params[name]).forEach(function (value) {
        pairs.push([encode(name), encode(value)]);
      });
    });
    pairs.sort(function (one, other) {
      if (one[0] !== other[0]) {
        return one[0] < other[0] ? -1 : 1;
      }
      return one[1] < other[1] ? -1 : Number(one[1] > other[1]);
    });
    return pairs.map(function (pair) { return pair[0] + '=' + pair[1]; }).join('&');
  }

  function header(headers, name) {
    return Object.keys(headers).find(function (each) { return each.toLowerCase() === name; });
  }

  return {
    assertDefined: assertDefined,
    assertParametersDefined: assertParametersDefined,
    parseParametersToObject: parseParametersToObject,
    merge: merge,
    encode: encode,
    expand: expand,
    queryString: queryString,
    header: header
  };
});
