// The MQTT codec of npm mqtt-packet as a filter: a JSON request per line in, a JSON reply per line out. NODE_PATH says
// where it is.
// Request: what we encoded (hex), and what it is in mqtt-packet's own words (packet), bytes as hex.
// Reply: what mqtt-packet read (packet), without the fields that it leaves empty, and its own encoding (hex).
"use strict";

const readline = require("readline");
const mqtt = require("mqtt-packet");

const BYTES = new Set(["payload", "password"]);

function each(packet, convert) {
    const fields = Object.entries(packet).filter(([, value]) => value !== null && value !== undefined);
    return Object.fromEntries(fields.map(([name, value]) =>
        [name, BYTES.has(name) ? convert(value) : name === "will" ? each(value, convert) : value]));
}

function read(hex) {
    const packets = [];
    const parser = mqtt.parser({protocolVersion: 4});
    parser.on("packet", packet => packets.push(packet));
    parser.on("error", error => { throw error; });
    const left = parser.parse(Buffer.from(hex, "hex"));
    if (packets.length !== 1 || left)
        throw new Error(`${packets.length} packets, ${left} bytes left`);
    return each(packets[0], bytes => bytes.toString("hex"));
}

readline.createInterface({input: process.stdin}).on("line", line => {
    const {hex, packet} = JSON.parse(line);
    let reply;
    try {
        const written = mqtt.generate(each(packet, text => Buffer.from(text, "hex")), {protocolVersion: 4});
        reply = {packet: read(hex), hex: written.toString("hex")};
    } catch (error) {
        reply = {error: error.stack};
    }
    process.stdout.write(JSON.stringify(reply) + "\n");
});
