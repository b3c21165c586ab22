// A device on the unmodified npm provisioning clients, and the owner of the service: what to do comes as JSON on stdin.
'use strict';
const { createRequire } = require('module');
const path = require('path');
const https = require('https');
const tls = require('tls');
const from = createRequire(path.join(process.env.IOTDIAG_CLIENTS_NODE_MODULES, 'here.js'));
const { HttpsProxyAgent } = from('https-proxy-agent');

// AMQP knows neither a proxy nor another port; TLS and AMQP keep the real name.
function connectTo(port) {
  const connect = tls.connect;
  tls.connect = (...given) => {
    if (typeof given[1] !== 'string') return connect(...given);
    const [, host, options, ...rest] = given;
    return connect({ ...options, host: '127.0.0.1', port, servername: host }, ...rest);
  };
}

function transport(task) {
  if (task.transport.startsWith('amqp')) {
    const { Amqp, AmqpWs } = from('azure-iot-provisioning-device-amqp');
    const made = new (task.transport === 'amqp' ? Amqp : AmqpWs)();
    if (task.transport === 'amqp-ws') made.setTransportOptions({ webSocketAgent: new HttpsProxyAgent(task.proxy) });
    return made;
  }
  if (task.transport === 'http') return new (from('azure-iot-provisioning-device-http').Http)();
  return new (from('azure-iot-provisioning-device-mqtt').Mqtt)(); // over WebSocket it takes neither port nor proxy
}

function security(task) {
  if (task.cert) return new (from('azure-iot-security-x509').X509Security)(task.id, { cert: task.cert, key: task.key });
  return new (from('azure-iot-security-symmetric-key').SymmetricKeySecurityClient)(task.id, task.key);
}

async function device(task) {
  const { ProvisioningDeviceClient } = from('azure-iot-provisioning-device');
  const client = ProvisioningDeviceClient.create(task.host, task.id_scope, transport(task), security(task));
  const state = await client.register();
  return { status: state.status, hub: state.assignedHub, device: state.deviceId };
}

async function service(task) {
  const { ProvisioningServiceClient } = from('azure-iot-provisioning-service');
  const client = ProvisioningServiceClient.fromConnectionString(task.connection_string);
  const made = (await client.createOrUpdateIndividualEnrollment(task.enrollment)).responseBody;
  const read = (await client.getIndividualEnrollment(made.registrationId)).responseBody;
  const keys = (await client.getIndividualEnrollmentAttestationMechanism(made.registrationId)).responseBody;
  const group = (await client.createOrUpdateEnrollmentGroup(task.group)).responseBody;
  const pages = [];
  const query = client.createIndividualEnrollmentQuery({ query: '*' }, 1);
  while (query.hasMoreResults) pages.push((await query.next(query.continuationToken)).responseBody.map((each) => each.registrationId));
  const registration = (await client.getDeviceRegistrationState(task.registered)).responseBody;
  await client.deleteIndividualEnrollment(made.registrationId);
  const missing = await client.getIndividualEnrollment(made.registrationId).then(() => '', (error) => error.name);
  return { read: read.registrationId, keys, group: group.enrollmentGroupId, pages, registration: registration.status, missing };
}

async function main(task) {
  if (task.amqp_port) connectTo(task.amqp_port);
  if (task.transport !== 'mqtt') https.globalAgent = new HttpsProxyAgent(task.proxy); // the clients know port 443 only
  let result;
  try {
    result = await (task.connection_string ? service(task) : device(task));
  } catch (error) {
    result = { error: `${error.name}: ${error.message}`, body: error.responseBody };
  }
  console.log(JSON.stringify(result));
  process.exit(0);
}

let input = '';
process.stdin.on('data', (chunk) => { input += chunk; });
process.stdin.on('end', () => main(JSON.parse(input)));
