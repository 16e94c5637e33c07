/* Shows what the page's data file describes. */
"use strict";
window.addEventListener("DOMContentLoaded", function () {
  window.SwaggerUIBundle({
    spec: window.reference.document,
    domNode: document.getElementById("reference"),
    supportedSubmitMethods: window.reference.tried,
    tryItOutEnabled: false,
    persistAuthorization: false,
    validatorUrl: null,
    deepLinking: false,
    requestSnippetsEnabled: false,
  });
});
