// Reads {"schema": text, "documents": [{"place", "yaml"}]} from standard input; prints what an editor with the schema would underline, one line each.
import Ajv from 'ajv';
import { parse } from 'yaml';

let input = '';
for await (const part of process.stdin.setEncoding('utf8')) {
  input += part; // readFileSync(0) fails with EAGAIN where the writer is slower than the start of node
}

const { schema, documents } = JSON.parse(input);
const validate = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false }).compile(JSON.parse(schema));
for (const { place, yaml } of documents) {
  if (!validate(parse(yaml))) {
    for (const error of validate.errors) {
      console.log(`${place}: ${error.instancePath || '/'} ${error.message} ${JSON.stringify(error.params)}`);
    }
  }
}
