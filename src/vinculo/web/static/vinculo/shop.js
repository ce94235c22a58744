// The small shop of the demonstration: it sends what happens as a tracking client does, one call an event.
"use strict";

const shop = document.getElementById("shop");
const basket = [];
const kept = (name, make) => localStorage.getItem(name) || (localStorage.setItem(name, make()), localStorage.getItem(name));
const visitor = kept("shop_visitor", () => crypto.randomUUID());
let user = localStorage.getItem("shop_user");

async function send(verb, event) {
  const call = { ...event, anonymousId: visitor, userId: user, messageId: crypto.randomUUID(), timestamp: new Date().toISOString(), writeKey: shop.dataset.key };
  const answer = await fetch(`/v1/${verb}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(call), keepalive: true });
  const line = document.createElement("li");
  line.textContent = `${verb} ${event.event || event.name || user || ""} · ${answer.status}`;
  document.getElementById("sent").prepend(line);
}

function goods(row) {
  return { product_id: row.dataset.code, name: row.dataset.name, price: Number(row.dataset.price), quantity: 1 };
}

function show() {
  document.getElementById("pieces").textContent = basket.length;
  document.getElementById("total").textContent = total();
  document.getElementById("buy").disabled = !basket.length || !user;
  if (user) document.getElementById("me").href = `/customers/?sort=name&q=${encodeURIComponent(user)}`;
}

function total() {
  return basket.reduce((sum, each) => sum + each.price, 0).toFixed(2);
}

shop.addEventListener("click", (click) => {
  const button = click.target.closest("[data-do]");
  if (!button) return;
  const product = goods(button.closest("tr"));
  if (button.dataset.do === "add") basket.push(product);
  send("track", { event: button.dataset.do === "add" ? "Product Added" : "Product Viewed", properties: { ...product, currency: "GBP" } });
  show();
});

document.getElementById("who").addEventListener("submit", (submit) => {
  submit.preventDefault();
  const said = Object.fromEntries(new FormData(submit.target));
  user = said.email;
  localStorage.setItem("shop_user", user);
  send("identify", { traits: said });
  show();
});

document.getElementById("buy").addEventListener("click", () => {
  const products = basket.splice(0);
  const sum = products.reduce((all, each) => all + each.price, 0).toFixed(2);
  send("track", { event: "Order Completed", properties: { order_id: `W-${Date.now()}`, total: Number(sum), revenue: Number(sum), currency: "GBP", products } });
  show();
});

send("page", { name: "Shop", properties: { url: location.href } });
show();
