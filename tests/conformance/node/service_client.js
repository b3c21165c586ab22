// The unmodified azure-iothub Client, which calls a method and sends messages to a device, and hears what became of
// them: it reads what to do as JSON on stdin, prints how it went as JSON. Names lead where `connect_to` says.
'use strict';
const { createRequire } = require('module');
const path = require('path');
const tls = require('tls');
const from = createRequire(path.join(process.env.IOTDIAG_CLIENTS_NODE_MODULES, 'here.js'));
const { HttpsProxyAgent } = from('https-proxy-agent');
const { Client } = from('azure-iothub');
const { Message } = from('azure-iot-common');

// This client knows neither a proxy nor another port; TLS, tokens and AMQP keep the real name.
function connectTo(port) {
  const connect = tls.connect;
  tls.connect = (...given) => {
    if (typeof given[0] === 'object') return connect(...given);
    const [, host, options, ...rest] = given;
    return connect({ ...options, host: '127.0.0.1', port, servername: host }, ...rest);
  };
}

async function main(task) {
  connectTo(task.amqp_port);
  const client = Client.fromConnectionString(task.connection_string);
  client._restApiClient.setOptions({ http: { agent: new HttpsProxyAgent(task.proxy) } });
  const result = { sent: [], feedback: [] };
  const attempt = async (action) => {
    try {
      return { answered: await action() };
    } catch (error) {
      return { error: error.name };
    }
  };
  for (const [device, method] of task.methods) {
    result.methods = [...(result.methods || []), await attempt(async () => (
      await client.invokeDeviceMethod(device, { methodName: method, payload: 1, responseTimeoutInSeconds: 5 })).result)];
  }
  await client.open();
  const receiver = await new Promise((done, fail) => {
    client.getFeedbackReceiver((error, opened) => (error ? fail(error) : done(opened)));
  });
  const heard = new Promise((done) => {
    receiver.on('message', (batch) => {
      result.feedback.push(...JSON.parse(batch.getData().toString()));
      receiver.complete(batch).then(done);
    });
  });
  for (const [device, body] of task.messages) {
    const message = new Message(body);
    message.ack = 'full';
    message.messageId = body;
    message.properties.add('from', 'service');
    result.sent.push(await attempt(async () => { await client.send(device, message); }));
  }
  await heard;
  console.log(JSON.stringify(result));
  process.exit(0);
}

let input = '';
process.stdin.on('data', (chunk) => { input += chunk; });
process.stdin.on('end', () => main(JSON.parse(input)).catch((error) => {
  console.log(JSON.stringify({ error: `${error.name}: ${error.message}` }));
  process.exit(0);
}));
