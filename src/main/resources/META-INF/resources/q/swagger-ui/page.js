// Shows the contract as it is served, with forms that call this server.
SwaggerUIBundle({
  url: '/openapi.yaml',
  dom_id: '#page',
  deepLinking: true,
  persistAuthorization: false,
  validatorUrl: null
});
