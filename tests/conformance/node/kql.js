// Reads lines {"text", "table"}: a query of KQL, and the columns of AzureDiagnostics as KQL declares them, or null where
// there is no such table. Writes a line {"problems", "columns"} for each: what Microsoft's language service finds wrong,
// and what it says that the query returns.
"use strict";
const fs = require("fs");
const path = require("path");
const vm = require("vm");

const folder = path.dirname(require.resolve("@kusto/language-service-next"));
for (const file of ["bridge.js", "Kusto.Language.Bridge.js"]) {
  vm.runInThisContext(fs.readFileSync(path.join(folder, file), "utf8"), { filename: file });
}
const { GlobalState, KustoCode, Symbols } = globalThis.Kusto.Language;

function globals(table) {
  const tables = table === null ? [] : [Symbols.TableSymbol.From(table).WithName("AzureDiagnostics")];
  return GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor("workspace", tables));
}

function judged({ text, table }) {
  const code = KustoCode.ParseAndAnalyze(text, globals(table));
  const found = code.GetDiagnostics();
  const problems = [];
  for (let at = 0; at < found.Count; at++) {
    problems.push(`${found.getItem(at).Severity}: ${found.getItem(at).Message}`);
  }
  const columns = [];
  const result = code.ResultType;
  if (result && result.Columns) {
    for (let at = 0; at < result.Columns.Count; at++) {
      const column = result.Columns.getItem(at);
      columns.push({ name: column.Name, type: column.Type.Name });
    }
  }
  return { problems, columns };
}

for (const line of fs.readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  let answer;
  try {
    answer = judged(JSON.parse(line));
  } catch (error) {
    answer = { error: String(error && error.stack) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
