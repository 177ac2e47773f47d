"use strict";
(function () {
  const data = JSON.parse(document.getElementById("report-data").textContent);
  const options = { renderer: "svg", actions: false, tooltip: { theme: "light" } };
  const places = data.places;
  const stats = ["mean", "q05", "q25", "q50", "q75", "q95"];
  const pickIcb = document.getElementById("pick-icb");
  const pickYear = document.getElementById("pick-year");
  const pickCouncils = document.getElementById("pick-councils");
  const views = {};

  function rounded(value) {
    const size = Math.abs(value);
    if (size < 100) { return Math.sign(value) * Math.floor(size + 0.5); }
    const step = Math.pow(10, Math.floor(Math.log10(size)) - 2);
    return Math.sign(value) * Math.floor(size / step + 0.5) * step;
  }

  function amount(value, kind) {
    if (value === null) { return "–"; }
    return kind === "rate" ? (Math.floor(value * 1000 + 0.5) / 10).toFixed(1) + "%" : rounded(value).toLocaleString("en-GB");
  }

  function span(row, kind) {
    return row[1] === null || row[1] === row[5] ? "" : amount(row[1], kind) + " to " + amount(row[5], kind);
  }

  function cell(tag, text, below, className) {
    const made = document.createElement(tag);
    made.textContent = text;
    if (className) { made.className = className; }
    if (tag === "th") { made.scope = "row"; }
    const sub = document.createElement("span");
    sub.className = "sub";
    sub.textContent = below;
    made.appendChild(sub);
    return made;
  }

  function listed(code) {
    const mine = places.places[code];
    const every = { icb: mine, region: places.places[mine.region], all: places.places.all };
    return Object.fromEntries(mine.beside.map((who) => [who, every[who]]));
  }

  function fillTable(code, year) {
    const columns = listed(code);
    ["icb", "region", "all"].forEach((who) => {
      const head = document.getElementById("head-" + who);
      head.hidden = !(who in columns);
      head.textContent = who in columns ? columns[who].name : "";
    });
    const rows = places.measures.map((measure) => {
      const row = document.createElement("tr");
      row.appendChild(cell("th", measure.title, measure.unit));
      Object.values(columns).forEach((place) => {
        const found = place.values[measure.name][year];
        row.appendChild(cell("td", amount(found[0], measure.kind), span(found, measure.kind), "number"));
      });
      return row;
    });
    document.querySelector("#icb-table tbody").replaceChildren(...rows);
  }

  function pointsOf(place, who, name, kind) {
    return place.values[name].flatMap((row, year) => {
      if (row[0] === null) { return []; }
      const [since, month] = places.months[year].split("-").map(Number);
      const point = { who: who, name: place.name, month: Date.UTC(since, month - 1), when: places.years[year] };
      stats.forEach((stat, at) => { point[stat] = row[at]; });
      point.told = amount(row[3], kind) + (span(row, kind) ? " (" + span(row, kind) + ")" : "");
      return [point];
    });
  }

  function fillChart(chart, columns) {
    const kind = places.measures.find((measure) => measure.name === chart.measure).kind;
    const told = Object.entries(columns).filter(([who]) => who === "icb" || kind === "rate");
    const points = told.flatMap(([who, place]) => pointsOf(place, who, chart.measure, kind));
    const place = document.getElementById(chart.id);
    if (!points.length) {
      place.textContent = "This run is too short for this measure.";
      return Promise.resolve();
    }
    if (views[chart.id]) { views[chart.id].finalize(); }
    return vegaEmbed(place, Object.assign({}, chart.spec, { datasets: { place: points } }), options)
      .then((made) => { views[chart.id] = made; });
  }

  function show() {
    fillTable(pickIcb.value, Number(pickYear.value));
    return Promise.all(data.picked.map((chart) => fillChart(chart, listed(pickIcb.value))));
  }

  function showCouncils() {
    const code = pickCouncils ? pickCouncils.value : "";
    document.querySelectorAll("#council-table tbody tr").forEach((row) => {
      row.hidden = code !== "" && !row.dataset.icbs.split(" ").includes(code);
    });
  }

  function showIcb() {
    if (pickCouncils) { pickCouncils.value = pickIcb.value; }
    showCouncils();
    return show();
  }

  function choose(code) {
    if (!(code in places.places) || !places.places[code].region) { return; }
    pickIcb.value = code;
    showIcb();
  }

  function press(event, item) {
    if (!item || !item.datum || !item.datum.code || item.datum.rate === null) { return; }
    choose(item.datum.code);
    document.getElementById("icb").scrollIntoView();
  }

  places.years.forEach((name, at) => pickYear.add(new Option(name, String(at))));
  pickYear.value = String(Math.min(5, places.years.length - 1));
  pickIcb.addEventListener("change", showIcb);
  if (pickCouncils) { pickCouncils.addEventListener("change", showCouncils); }
  pickYear.addEventListener("change", show);
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details").forEach((part) => { part.open = true; });
  });

  const drawn = Object.entries(data.charts).map(([id, spec]) =>
    vegaEmbed("#" + id, spec, options).then((made) => {
      if (id.startsWith("map-")) { made.view.addEventListener("click", press); }
    }));
  Promise.all([...drawn, show()]).then(() => { document.documentElement.dataset.charts = "drawn"; });
})();
