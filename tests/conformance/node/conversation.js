// A device or module on the unmodified npm SDK, over any of its transports, which talks with the hub: it reads what to
// do as JSON on stdin, prints one line of JSON for each step that is done, and ends when its stdin does.
'use strict';
const { createRequire } = require('module');
const path = require('path');
const readline = require('readline');
const tls = require('tls');
const from = createRequire(path.join(process.env.IOTDIAG_CLIENTS_NODE_MODULES, 'here.js'));
const { Client, ModuleClient, Message } = from('azure-iot-device');
const { NoRetry } = from('azure-iot-common');
const TRANSPORTS = {
  'mqtt': () => from('azure-iot-device-mqtt').Mqtt,
  'mqtt-ws': () => from('azure-iot-device-mqtt').MqttWs,
  'amqp': () => from('azure-iot-device-amqp').Amqp,
  'amqp-ws': () => from('azure-iot-device-amqp').AmqpWs,
  'http': () => from('azure-iot-device-http').Http,
};

const say = (step, told) => process.stdout.write(`${JSON.stringify({ step, ...told })}\n`);

function fail(error) {
  const inner = error.amqpError || error.transportError || error.innerError || {};
  say('error', { name: error.name, message: error.message, inner: inner.message || inner.description || '' });
  process.exit(0);
}

function properties(message) {
  const found = {};
  for (let n = 0; n < message.properties.count(); n += 1) {
    const { key, value } = message.properties.getItem(n);
    found[key] = value;
  }
  return found;
}

// With a certificate over AMQP it knows neither a gateway nor a proxy; TLS and AMQP keep the real name.
function connectTo(port) {
  const connect = tls.connect;
  tls.connect = (...given) => {
    if (typeof given[0] === 'object') return connect(...given);
    const [, host, options, ...rest] = given;
    return connect({ ...options, host: '127.0.0.1', port, servername: host }, ...rest);
  };
}

async function main(task) {
  if (task.transport === 'amqp' && task.certificate) connectTo(task.amqp_port);
  const { transport, connection_string: string } = task;
  const client = (task.module ? ModuleClient : Client).fromConnectionString(string, TRANSPORTS[transport]());
  client.setRetryPolicy(new NoRetry());
  client.on('error', fail);
  client.on('disconnect', () => say('disconnected', {}));
  const agent = task.proxy && new (from('https-proxy-agent').HttpsProxyAgent)(task.proxy);
  const options = { ca: task.ca_pem, ...task.certificate };
  if (transport === 'mqtt-ws') options.mqtt = { webSocketAgent: agent };
  if (transport === 'amqp-ws') options.amqp = { webSocketAgent: agent };
  if (transport === 'http') options.http = { agent, receivePolicy: { interval: 1 } };
  await client.setOptions(options);
  await client.open();
  say('connected', {});
  const reading = new Message(JSON.stringify({ temperature: 21.5 }));
  reading.contentType = 'application/json';
  reading.contentEncoding = 'utf-8';
  reading.messageId = 'd-1';
  reading.properties.add('alert', 'yes & no');
  await client.sendEvent(reading);
  say('sent', {});
  if (!task.module) {
    client.on('message', (message) => {
      const done = { reject: 'reject', abandon: 'abandon' }[message.data.toString()] || 'complete';
      client[done](message).then(
        () => say('message', { body: message.data.toString(), id: message.messageId, properties: properties(message), done }),
        fail);
    });
  }
  if (transport !== 'http') {
    client.onMethod ? client.onMethod('ping', answer) : client.onDeviceMethod('ping', answer);
    const twin = await client.getTwin();
    say('twin', { desired: twin.properties.desired, reported: { $version: twin.properties.reported.$version } });
    await new Promise((done, broken) => twin.properties.reported.update({ firmware: '2' }, (e) => (e ? broken(e) : done())));
    say('reported', {});
    twin.on('properties.desired', (patch) => say('desired', { patch }));
  }
  say('ready', {});
  const lines = readline.createInterface({ input: process.stdin });
  lines.on('close', async () => { await client.close().catch(fail); say('closed', {}); process.exit(0); });
}

function answer(request, response) {
  response.send(207, { got: request.payload }).then(() => say('method', { name: request.methodName }), fail);
}

process.stdin.once('readable', () => {
  let line = '';
  for (let char = process.stdin.read(1); char !== null && String(char) !== '\n'; char = process.stdin.read(1)) line += char;
  main(JSON.parse(Buffer.from(line, 'latin1').toString())).catch(fail);
});
