// The unmodified azure-iot-device puts a file into storage with @azure/storage-blob, and the unmodified azure-iothub
// hears of it: it reads what to do as JSON on stdin, prints how it went as JSON.
'use strict';
const { createRequire } = require('module');
const https = require('https');
const path = require('path');
const { Readable } = require('stream');
const tls = require('tls');
const from = createRequire(path.join(process.env.IOTDIAG_CLIENTS_NODE_MODULES, 'here.js'));
const { HttpsProxyAgent } = from('https-proxy-agent');
const device = from('azure-iot-device');
const transports = { mqtt: from('azure-iot-device-mqtt').Mqtt, amqp: from('azure-iot-device-amqp').Amqp, http: from('azure-iot-device-http').Http };
const service = from('azure-iothub');

// AMQP knows neither a proxy nor another port; TLS, tokens and AMQP keep the real name.
function connectTo(port) {
  const connect = tls.connect;
  tls.connect = (...given) => {
    if (typeof given[1] !== 'string') return connect(...given);
    const [, host, options, ...rest] = given;
    return connect({ ...options, host: '127.0.0.1', port, servername: host }, ...rest);
  };
}

async function main(task) {
  connectTo(task.amqp_port);
  https.globalAgent = new HttpsProxyAgent(task.proxy);
  const back = service.Client.fromConnectionString(task.service);
  await back.open();
  const receiver = await new Promise((done, fail) => {
    back.getFileNotificationReceiver((error, opened) => (error ? fail(error) : done(opened)));
  });
  const heard = new Promise((done) => {
    receiver.on('message', (message) => receiver.complete(message).then(() => done(JSON.parse(message.getData()))));
  });
  const client = device.Client.fromConnectionString(task.device, transports[task.transport]);
  const content = Buffer.alloc(task.size, 'x');
  await client.uploadToBlob('logs/node.bin', Readable.from([content]), content.length);
  console.log(JSON.stringify(await heard));
  process.exit(0);
}

let input = '';
process.stdin.on('data', (data) => { input += data; });
process.stdin.on('end', () => main(JSON.parse(input)).catch((error) => { console.error(error); process.exit(1); }));
