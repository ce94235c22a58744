// A shop that tells of its day through a tracking client of others, of which only host and key are changed.
// `send.mjs CLIENT ADDRESS KEY`: half a day, then `half` on its output; after a line on its input the other half, then `done`.
import { once } from "node:events";
import { createRequire } from "node:module";

const [name, address, key] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const USERS = 20;
const VIEWS = 10;

function client() {
  if (name === "rudder-node") {
    const Rudder = require("@rudderstack/rudder-sdk-node");
    return new Rudder(key, { dataPlaneUrl: address });
  }
  const of = name === "segment-node" ? "@segment/analytics-node" : "@customerio/cdp-analytics-node";
  const { Analytics } = require(of);
  return new Analytics({ writeKey: key, host: address });
}

const shop = client();
let told = [];

function tell(verb, said) {
  told.push(new Promise((resolve, reject) => shop[verb](said, (error) => (error ? reject(error) : resolve()))));
}

async function day(from, to) {
  for (let number = from; number < to; number += 1) {
    const userId = `${name}-${number}`;
    tell("identify", { userId, traits: { firstName: "Ana", lastName: `Ruiz${number}`, email: `ana${number}@${name}.es` } });
    for (let place = 0; place < VIEWS; place += 1) {
      tell("track", { userId, event: "Product Viewed", properties: { product_id: `P${place}`, name: `Cup ${place}` } });
    }
    const products = [{ product_id: "P1", price: 9.95, quantity: 2 }];
    tell("track", { userId, event: "Order Completed", properties: { order_id: userId, currency: "EUR", products } });
  }
  if (name === "rudder-node") shop.flush();
  await Promise.all(told);
  told = [];
}

await day(0, USERS / 2);
console.log("half");
await once(process.stdin, "data");
await day(USERS / 2, USERS);
console.log("done");
process.exit(0);
