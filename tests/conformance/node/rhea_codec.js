// rhea's AMQP codec as a filter: a JSON request per line in, a JSON reply per line out. NODE_PATH says where rhea is.
// Request: what we encoded (hex), and what it is, so that rhea encodes the same in its own way.
// Reply: what rhea read (tree), its own encoding (hex), and what it reads in that (own).
"use strict";

const readline = require("readline");
const frames = require("rhea/lib/frames.js");
const message = require("rhea/lib/message.js");
const terminus = require("rhea/lib/terminus.js");
const types = require("rhea/lib/types.js");

const KINDS = {
    Null: "null", Boolean: "boolean", True: "boolean", False: "boolean", Ubyte: "ubyte", Ushort: "ushort",
    Uint: "uint", SmallUint: "uint", Uint0: "uint", Ulong: "ulong", SmallUlong: "ulong", Ulong0: "ulong",
    Byte: "byte", Short: "short", Int: "int", SmallInt: "int", Long: "long", SmallLong: "long",
    Float: "float", Double: "double", CharUTF32: "char", Timestamp: "timestamp", Uuid: "uuid",
    Decimal32: "decimal", Decimal64: "decimal", Decimal128: "decimal", Vbin8: "binary", Vbin32: "binary",
    Str8: "string", Str32: "string", Sym8: "symbol", Sym32: "symbol",
    List0: "list", List8: "list", List32: "list", Map8: "map", Map32: "map", Array8: "array", Array32: "array",
};

// What elements of an array are written as.
const IN_ARRAY = {
    boolean: 0x56, ubyte: 0x50, ushort: 0x60, uint: 0x70, ulong: 0x80, byte: 0x51, short: 0x61, int: 0x71, long: 0x81,
    float: 0x72, double: 0x82, char: 0x73, timestamp: 0x83, uuid: 0x98, binary: 0xb0, string: 0xb1, symbol: 0xb3,
};

const OUTCOMES = {0x23: "received", 0x24: "accepted", 0x25: "rejected", 0x26: "released", 0x27: "modified"};
const OUTCOME_FIELDS = {
    received: ["section_number", "section_offset"], accepted: [], rejected: ["error"], released: [],
    modified: ["delivery_failed", "undeliverable_here", "message_annotations"],
};

function doubleHex(value) {
    const buffer = Buffer.alloc(8);
    buffer.writeDoubleBE(value);
    return buffer.toString("hex");
}

function integer(value) {
    if (!Buffer.isBuffer(value)) return String(Number(value));
    return String(value[0] & 0x80 ? value.readBigInt64BE() : value.readBigUInt64BE());
}

// What rhea read, as a tree of [kind, content].
function tree(typed) {
    const kind = KINDS[typed.type.name];
    let found;
    if (kind === "null") found = [kind];
    else if (kind === "boolean") found = [kind, Boolean(typed.value)];
    else if (kind === "list" || kind === "map" || kind === "array") found = [kind, typed.value.map(tree)];
    else if (kind === "float" || kind === "double") found = [kind, doubleHex(typed.value)];
    else if (kind === "binary" || kind === "uuid" || kind === "decimal") found = [kind, typed.value.toString("hex")];
    else if (kind === "string" || kind === "symbol") found = [kind, typed.value];
    else if (kind === "timestamp") found = [kind, String(typed.value.getTime())];
    else if (kind === "ulong" && Buffer.isBuffer(typed.value)) found = [kind, String(typed.value.readBigUInt64BE())];
    else found = [kind, integer(typed.value)];
    return typed.descriptor ? ["described", tree(typed.descriptor), found] : found;
}

function number(text, signed) {
    const big = BigInt(text);
    if (big >= -(2n ** 53n) && big <= 2n ** 53n) return Number(big);
    const buffer = Buffer.alloc(8);
    if (signed) buffer.writeBigInt64BE(big);
    else buffer.writeBigUInt64BE(big);
    return buffer;
}

function plain([kind, content]) {
    if (kind === "boolean") return content ? 1 : 0;
    if (kind === "float" || kind === "double") return Buffer.from(content, "hex").readDoubleBE();
    if (kind === "binary" || kind === "uuid" || kind === "decimal") return Buffer.from(content, "hex");
    if (kind === "string" || kind === "symbol") return content;
    return number(content, kind !== "ulong");
}

// The other way: a tree as rhea's own typed value, in the encoding that rhea chooses.
function typed([kind, content, value]) {
    switch (kind) {
    case "null": return types.Null();
    case "boolean": return types.wrap_boolean(content);
    case "decimal": return types["Decimal" + content.length * 4](Buffer.from(content, "hex"));
    case "list": return types.wrap_list(content.map(typed));
    case "map": return types.Map32(content.map(typed));
    case "array": return types.wrap_array(content.map(plain), content.length ? IN_ARRAY[content[0][0]] : 0x40);
    case "described": return types.described(typed(content), typed(value));
    default: return types["wrap_" + kind](plain([kind, content]));
    }
}

function read(buffer) {
    const reader = new types.Reader(buffer);
    const value = tree(reader.read());
    if (reader.remaining()) throw new Error(reader.remaining() + " bytes left");
    return value;
}

function write(value) {
    const writer = new types.Writer();
    writer.write(value);
    return writer.toBuffer();
}

// A field as the request has it: JSON, with {hex} for bytes, {map}, {described} and {code, fields} for composites.
function field(value) {
    if (value === null || typeof value !== "object") return value;
    if (Array.isArray(value)) return value.map(field);
    if ("hex" in value) return Buffer.from(value.hex, "hex");
    if ("uuid" in value) return Buffer.from(value.uuid, "hex");
    if ("map" in value) return Object.fromEntries(value.map.map(([key, entry]) => [key, field(entry)]));
    if ("described" in value) return types.wrap_described(value.described[1], value.described[0]);
    const content = named(value.names, value.fields);
    if (value.code === 0x1d) return content;
    if (value.code === 0x28) return terminus.source(content).described();
    if (value.code === 0x29) return terminus.target(content).described();
    const outcome = OUTCOMES[value.code];
    return message[outcome](named(OUTCOME_FIELDS[outcome], value.fields)).described();
}

function named(names, fields) {
    const pairs = names.map((name, at) => [name, field(fields[at])]);
    return Object.fromEntries(pairs.filter(([, value]) => value !== null));
}

function frameTree(buffer) {
    const frame = frames.read_frame(buffer);
    return {
        channel: frame.channel, type: frame.type, payload: (frame.payload || Buffer.alloc(0)).toString("hex"),
        fields: frame.performative.value.map(tree),
    };
}

function sections(buffer) {
    const reader = new types.Reader(buffer);
    const found = [];
    while (reader.remaining()) found.push(tree(reader.read()));
    return found;
}

const DO = {
    value(request, buffer) {
        const own = write(typed(request.tree));
        return {tree: read(buffer), hex: own.toString("hex"), own: read(own)};
    },
    frame(request, buffer) {
        const performative = frames[request.name](named(request.names, request.fields));
        const payload = Buffer.from(request.payload, "hex");
        const own = frames.write_frame(request.sasl
            ? frames.sasl_frame(performative.described())
            : frames.amqp_frame(request.channel, performative.described(), payload.length ? payload : undefined));
        return {tree: frameTree(buffer), hex: own.toString("hex"), own: frameTree(own)};
    },
    message(request, buffer) {
        const fields = Object.fromEntries(Object.entries(request.fields).map(([name, value]) => [name, field(value)]));
        const body = request.body === null ? field(request.value) : message.data_section(field(request.body));
        const own = message.encode({...fields, body});
        message.decode(buffer); // reads every section into its place, or throws
        return {tree: sections(buffer), hex: own.toString("hex"), own: sections(own)};
    },
};

readline.createInterface({input: process.stdin}).on("line", (line) => {
    let reply;
    try {
        const request = JSON.parse(line);
        reply = DO[request.do](request, Buffer.from(request.hex, "hex"));
    } catch (error) {
        reply = {error: String(error.stack)};
    }
    process.stdout.write(JSON.stringify(reply) + "\n");
});
