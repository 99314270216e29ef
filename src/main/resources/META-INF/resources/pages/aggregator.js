// Shows each payment as it changes: a row of its own, which moves to the top. A pause ends the stream, and what happened meanwhile
// comes when it goes on.
const rows = document.getElementById('payments');
const told = document.getElementById('told');
const pause = document.getElementById('pause');
const filters = new URLSearchParams(location.search);
const most = 200;
let stream;
let last = 'latest';
let count = 0;

function cell(text, name = 'td') {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function show(payment) {
  const key = payment.provider + ' ' + payment.id;
  document.getElementById('none')?.remove();
  [...rows.children].find(row => row.dataset.key === key)?.remove();
  const row = document.createElement('tr');
  row.dataset.key = key;
  const id = cell(payment.id, 'th');
  id.scope = 'row';
  const amount = cell(payment.amount === null ? '' : payment.amount + ' ' + payment.currency);
  amount.className = 'number';
  row.append(id, cell(payment.provider), amount, cell(payment.status),
    cell(payment.state + (payment.dispute ? ', dispute ' + payment.dispute : '')), cell(payment.topic), cell(payment.processed_at));
  rows.prepend(row);
  while (rows.children.length > most) {
    rows.lastElementChild.remove();
  }
}

function heard(event) {
  last = event.lastEventId;
  count++;
  show(JSON.parse(event.data));
}

function open() {
  const query = new URLSearchParams({cursor: last});
  ['provider', 'status'].filter(name => filters.get(name)).forEach(name => query.set(name, filters.get(name)));
  stream = new EventSource('/aggregator/stream?' + query);
  stream.onopen = () => { told.textContent = 'live'; };
  stream.onerror = () => {
    told.textContent = stream.readyState === EventSource.CLOSED ? 'the stream was refused; load the page again' : 'connecting again';
  };
  stream.addEventListener('begin', event => { last = event.lastEventId; });
  stream.addEventListener('existing', heard);
  stream.addEventListener('new', heard);
}

pause.addEventListener('click', () => {
  if (stream.readyState === EventSource.CLOSED) {
    pause.textContent = 'Pause';
    open();
  } else {
    stream.close();
    pause.textContent = 'Go on';
    told.textContent = 'paused';
  }
});
// Not each event: nobody wants to hear them read out.
setInterval(() => {
  if (count > 0 && stream.readyState === EventSource.OPEN) {
    told.textContent = 'live, ' + count + ' changes so far';
  }
}, 5000);
document.getElementById('live').hidden = false;
open();
