// Judges models with the reference parser of DTDL: a JSON document a line in, the names of the rules it breaks a line out.
import readline from 'readline'
import { pathToFileURL } from 'url'
import path from 'path'

const folder = path.join(process.argv[2], '@digicatapult', 'dtdl-parser', 'build', 'interop')
const { parse } = await import(pathToFileURL(path.join(folder, 'modelParser.js')))

function broken(line) {
  try {
    parse(line)
    return []
  } catch (error) {
    if (!error.message.startsWith('{')) return ['crash']
    const told = JSON.parse(error.message)
    if (told.ExceptionKind === 'Resolution') return ['unresolved']
    return told.Errors.map((each) => each.ValidationID.split(':').pop())
  }
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(broken(line)) + '\n')
}
process.exit(0)
