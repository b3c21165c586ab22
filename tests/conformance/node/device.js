// A device on the unmodified azure-iot-device-mqtt: reads what to do as JSON on stdin, prints how it went as JSON.
'use strict';
const { createRequire } = require('module');
const path = require('path');
const from = createRequire(path.join(process.env.IOTDIAG_CLIENTS_NODE_MODULES, 'here.js'));
const { Client, Message } = from('azure-iot-device');
const { Mqtt, MqttWs } = from('azure-iot-device-mqtt');
const { NoRetry } = from('azure-iot-common');

function message(wanted) {
  const made = new Message(Buffer.from(wanted.body, 'base64'));
  made.messageId = wanted['message-id'];
  made.contentType = wanted['content-type'];
  made.contentEncoding = wanted['content-encoding'];
  made.correlationId = wanted['correlation-id'];
  made.userId = wanted['user-id'];
  for (const [name, value] of Object.entries(wanted.properties)) made.properties.add(name, value);
  return made;
}

async function main(task) {
  const client = Client.fromConnectionString(task.connection_string, task.websocket ? MqttWs : Mqtt);
  client.setRetryPolicy(new NoRetry());
  await client.setOptions({ ca: task.ca_pem });
  if (task.proxy) { // over WebSocket only; the agent makes the TLS connection, and so needs the authority, too
    const { HttpsProxyAgent } = from('https-proxy-agent');
    await client.setOptions({ mqtt: { webSocketAgent: new HttpsProxyAgent(task.proxy) } });
  }
  const result = {};
  try {
    await client.open();
    for (const wanted of task.messages) await client.sendEvent(message(wanted));
    const { desired, reported } = (await client.getTwin()).properties;
    result.twin = { desired: { $version: desired.$version }, reported: { $version: reported.$version } };
    await client.close();
  } catch (error) {
    result.error = `${error.name}: ${error.message}`;
  }
  console.log(JSON.stringify(result));
  process.exit(0);
}

let input = '';
process.stdin.on('data', (chunk) => { input += chunk; });
process.stdin.on('end', () => main(JSON.parse(input)));
