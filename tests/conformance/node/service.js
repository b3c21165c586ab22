// The unmodified azure-iothub Registry and Client: does the steps it reads as JSON on stdin in turn, prints what came as JSON.
'use strict';
const { createRequire } = require('module');
const path = require('path');
const from = createRequire(path.join(process.env.IOTDIAG_CLIENTS_NODE_MODULES, 'here.js'));
const { HttpsProxyAgent } = from('https-proxy-agent');
const { Client, Registry } = from('azure-iothub');

async function rows(registry, text, size) {
  const query = registry.createQuery(text, size);
  const found = [];
  let pages = 0;
  while (query.hasMoreResults) {
    const { result } = await query.next(query.continuationToken);
    found.push(...result);
    pages += 1;
  }
  return { rows: found, pages };
}

async function main(task) {
  const registry = Registry.fromConnectionString(task.connection_string);
  registry._restApiClient.setOptions({ http: { agent: new HttpsProxyAgent(task.proxy) } });
  const caller = Client.fromConnectionString(task.connection_string);
  caller.setRetryPolicy(new (from('azure-iot-common').NoRetry)());
  caller._restApiClient.setOptions({ http: { agent: new HttpsProxyAgent(task.proxy) } });
  const does = {
    invoke: async ([id, name]) => (await caller.invokeDeviceMethod(id, { methodName: name })).result,
    query: ([text, size]) => rows(registry, text, size),
    updateTwin: async ([id, patch, etag]) => (await registry.updateTwin(id, patch, etag)).responseBody,
  };
  const results = [];
  for (const [name, ...given] of task.steps) {
    try {
      const answered = does[name] ? await does[name](given) : (await registry[name](...given)).responseBody;
      results.push({ answered: answered || null });
    } catch (error) {
      results.push({
        error: error.name,
        message: error.message,
        status: error.response && error.response.statusCode,
        retryAfter: error.response && error.response.headers['retry-after'],
        body: error.responseBody,
      });
    }
  }
  console.log(JSON.stringify(results));
  process.exit(0);
}

let input = '';
process.stdin.on('data', (chunk) => { input += chunk; });
process.stdin.on('end', () => main(JSON.parse(input)));
