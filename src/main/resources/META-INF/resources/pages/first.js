// Sends the form as POST /pay, and shows the payment's history until nothing more is to come.
const steps = document.getElementById('steps');
const after = document.getElementById('after');

function line(text, time) {
  const item = document.createElement('li');
  item.textContent = text;
  if (time) {
    const at = document.createElement('time');
    at.textContent = ' ' + time;
    item.append(at);
  }
  return item;
}

// What is told late may have happened earlier: each line is put where it belongs, and one that is there is left alone.
function show(events, lines) {
  const seen = new Map();
  events.forEach((one, index) => {
    const text = [one.type, one.to || one.outcome || one.provider || one.template].filter(Boolean).join(': ');
    const same = text + ' ' + one.at;
    seen.set(same, (seen.get(same) || 0) + 1);
    const key = same + ' ' + seen.get(same);
    if (!lines.has(key)) {
      lines.set(key, line(text, one.at));
      // The first line is the answer to the request.
      steps.insertBefore(lines.get(key), steps.children[index + 1] || null);
    }
  });
}

async function follow(id) {
  const lines = new Map();
  for (let round = 0; round < 40; round++) {
    const answer = await fetch('/api/v1/payments/' + id + '/events');
    if (answer.ok) {
      const events = (await answer.json()).events;
      show(events, lines);
      if (events.some(one => one.type === 'mail.sent')) {
        break;
      }
    }
    await new Promise(resolve => setTimeout(resolve, 500));
  }
  const link = document.createElement('a');
  link.href = '/ops/payments/' + id;
  link.textContent = 'Payment ' + id;
  after.replaceChildren(link);
}

document.getElementById('pay').addEventListener('submit', async event => {
  event.preventDefault();
  const form = Object.fromEntries(new FormData(event.target));
  if (!form.email) {
    delete form.email;
  }
  document.getElementById('travel').hidden = false;
  steps.replaceChildren();
  after.textContent = '';
  // The amount is sent as it was written: a number of JavaScript is no amount of money.
  const answer = await fetch('/pay', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(form)});
  const json = await answer.json();
  if (!answer.ok) {
    steps.append(line((json.errors || []).map(one => one.field + ': ' + (one.detail)).join(' ') || json.detail));
    return;
  }
  steps.append(line('accepted: ' + answer.status));
  follow(json.paymentId);
});
