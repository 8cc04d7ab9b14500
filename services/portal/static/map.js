// The map of locations. Everything it does can be done in the list below it, too.
(function () {
  "use strict";

  const box = document.getElementById("map");
  if (!box || !window.L) return;
  const L = window.L;
  const told = box.dataset;
  const says = document.getElementById("map-says");
  const asked = document.getElementById("move");
  const question = document.getElementById("move-question");
  const kinds = Object.fromEntries(told.kinds.split(";").map((one) => one.split("=")));
  const letters = { company: "B", training_venue: "S", office: "●", other: "◆" };
  const TOWNS_FROM = { 1: 0, 2: 8, 3: 9 };
  const STEP = 8;

  box.hidden = false;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(box, {
    zoomControl: false,
    minZoom: 6,
    maxZoom: told.tiles ? 19 : 14,
    zoomAnimation: !still,
    fadeAnimation: !still,
    markerZoomAnimation: !still,
  });
  map.setView([51.25, 12.3], 7);
  map.attributionControl.setPrefix("Leaflet");
  L.control.zoom({ zoomInTitle: told.in, zoomOutTitle: told.out }).addTo(map);
  const own = L.markerClusterGroup({
    showCoverageOnHover: false,
    maxClusterRadius: 44,
    animate: !still,
    iconCreateFunction: bunch,
  });
  map.addLayer(own);
  if (told.tiles) L.tileLayer(told.tiles, { attribution: escaped(told.tilesBy) }).addTo(map);
  else load("/karte/grund.geojson").then(drawLand, broken);
  load("/karte.geojson?kind=" + encodeURIComponent(told.kind)).then(drawLocations, broken);

  async function load(address) {
    const answer = await fetch(told.root + address, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  function broken() {
    says.textContent = told.broken;
  }

  function escaped(text) {
    const element = document.createElement("span");
    element.textContent = text || "";
    return element.innerHTML;
  }

  // --- the base map: postcodes' points, so large that they flow together into land ---

  function drawLand(land) {
    const style = window.getComputedStyle(box);
    const towns = [];
    map.createPane("land").style.zIndex = 200;
    const renderer = L.canvas({ pane: "land", padding: 0.3 });
    for (const feature of land.features) {
      const { part, name, size } = feature.properties;
      if (!part) {
        towns.push({ size, marker: town(feature.geometry.coordinates, name, size) });
        continue;
      }
      const fillColor = style.getPropertyValue(part === "ours" ? "--land" : "--around").trim();
      const radius = 10000;
      for (const [lon, lat] of feature.geometry.coordinates) {
        L.circle([lat, lon], { renderer, radius, stroke: false, fillColor, fillOpacity: 1, interactive: false }).addTo(map);
      }
    }
    const showTowns = () => {
      for (const { size, marker } of towns) {
        if (map.getZoom() >= TOWNS_FROM[size]) marker.addTo(map);
        else marker.remove();
      }
    };
    map.on("zoomend", showTowns);
    showTowns();
  }

  function town([lon, lat], name, size) {
    const html = "<span>" + escaped(name) + "</span>";
    const icon = L.divIcon({ className: "town town-" + size, html, iconSize: null });
    return L.marker([lat, lon], { icon, interactive: false, keyboard: false, zIndexOffset: -1000 });
  }

  // --- locations ---

  function bunch(cluster) {
    const number = cluster.getChildCount();
    const html = number + '<span class="unseen"> – ' + escaped(told.many.replace("{number}", number)) + "</span>";
    return L.divIcon({ className: "bunch", html, iconSize: [40, 40] });
  }

  function drawLocations(found) {
    const markers = found.features.map(location);
    own.addLayers(markers);
    if (markers.length) map.fitBounds(own.getBounds(), { maxZoom: 11, padding: [30, 30] });
    box.dataset.ready = "yes";
  }

  function location(feature) {
    const it = { id: feature.id, ...feature.properties };
    const [lon, lat] = feature.geometry.coordinates;
    const html = '<span aria-hidden="true">' + letters[it.kind] + '</span><span class="unseen">' + escaped(it.name) + "</span>";
    const icon = L.divIcon({ className: "spot" + (it.own ? " own" : ""), html, iconSize: [30, 30] });
    const marker = L.marker([lat, lon], { icon, title: it.name, draggable: it.own, riseOnHover: true });
    marker.bindPopup(() => card(it, marker));
    marker.on("dragend", () => ask(it, marker, [lat, lon]));
    return marker;
  }

  function card(it, marker) {
    const whole = document.createElement("div");
    say(whole, "strong", it.name);
    for (const line of [kinds[it.kind], it.organisation, it.where]) if (line) say(whole, "div", line);
    if (!it.own) return whole;
    const buttons = say(whole, "div", "");
    buttons.className = "buttons";
    link(buttons, told.change, "/standorte/" + it.id + "/aendern");
    link(buttons, told.delete, "/standorte/" + it.id + "/loeschen");
    const move = say(buttons, "button", told.move);
    move.type = "button";
    move.addEventListener("click", () => moveByKeys(it, marker));
    return whole;
  }

  function say(parent, name, text) {
    const element = document.createElement(name);
    element.textContent = text;
    parent.append(element);
    return element;
  }

  function link(parent, text, path) {
    say(parent, "a", text).href = told.root + path;
  }

  // --- moving: nothing is sent before the question is answered ---

  function ask(it, marker, before) {
    const at = marker.getLatLng();
    asked.action = asked.dataset.action + it.id + "/verschieben";
    asked.elements.lat.value = at.lat.toFixed(5);
    asked.elements.lon.value = at.lng.toFixed(5);
    asked.elements.version.value = it.version;
    question.textContent = told.ask.replace("{name}", it.name);
    asked.hidden = false;
    question.focus();
    document.getElementById("move-not").onclick = () => {
      asked.hidden = true;
      marker.setLatLng(before);
      box.focus();
    };
  }

  function moveByKeys(it, marker) {
    const before = marker.getLatLng();
    map.closePopup();
    own.removeLayer(marker);
    marker.addTo(map);
    const element = marker.getElement();
    element.classList.add("moved");
    says.textContent = told.moving.replace("{name}", it.name);
    map.keyboard.disable();
    element.focus();
    const done = (putDown) => {
      element.removeEventListener("keydown", pressed);
      element.classList.remove("moved");
      map.keyboard.enable();
      says.textContent = "";
      if (putDown) ask(it, marker, before);
      else marker.setLatLng(before);
    };
    const pressed = (event) => {
      const steps = { ArrowUp: [0, -STEP], ArrowDown: [0, STEP], ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0] };
      if (event.key in steps) {
        const at = map.latLngToContainerPoint(marker.getLatLng()).add(steps[event.key]);
        marker.setLatLng(map.containerPointToLatLng(at));
        map.panInside(marker.getLatLng(), { padding: [40, 40] });
      } else if (event.key === "Enter" || event.key === "Escape") done(event.key === "Enter");
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    element.addEventListener("keydown", pressed);
  }

  // --- adding ---

  if (told.adds) {
    map.on("click", (event) => {
      const { lat, lng } = event.latlng.wrap();
      const whole = document.createElement("div");
      link(whole, told.add, "/standorte/neu?lat=" + lat.toFixed(5) + "&lon=" + lng.toFixed(5));
      L.popup().setLatLng(event.latlng).setContent(whole).openOn(map);
    });
  }
})();
