"use strict";

/*
 * Sorts and filters the tables of a report, and copies commands.  It adds its
 * own controls, so that a page without scripts shows none that do nothing.
 */
(function () {
	const FEW_ROWS = 9;
	const UNITS = { ns: 1, "\u00b5s": 1e3, ms: 1e6, s: 1e9 };
	const collator = new Intl.Collator("en", { numeric: true });

	function element(name, text, properties) {
		const made = document.createElement(name);
		made.textContent = text;
		return Object.assign(made, properties);
	}

	/* "14.02ms", "3.5%" and "1234" as numbers; all else is text. */
	function key(cell) {
		const text = cell.textContent.trim();
		const parts = /^(-?[\d.]+)(ns|\u00b5s|ms|s|%)?$/.exec(text);
		if (parts === null || parts[1].split(".").length > 2)
			return text;
		return Number(parts[1]) * (UNITS[parts[2]] || 1);
	}

	/* What is empty comes last, whichever way the others are sorted. */
	function compare(a, b, sign) {
		if (a === "" || b === "")
			return (a === "") - (b === "");
		if (typeof a === "number" && typeof b === "number")
			return sign * (a - b);
		return sign * collator.compare(a, b);
	}

	function sort(table, column, heading) {
		const falls = heading.getAttribute("aria-sort") === "ascending";
		const body = table.tBodies[0];
		const rows = Array.from(body.rows, (row, at) => (
			{ row, at, key: key(row.cells[column]) }));
		for (const other of table.tHead.rows[0].cells)
			other.removeAttribute("aria-sort");
		heading.setAttribute("aria-sort",
			falls ? "descending" : "ascending");
		rows.sort((a, b) => compare(a.key, b.key, falls ? -1 : 1) ||
			a.at - b.at);
		body.append(...rows.map((r) => r.row));
	}

	function addSorting(table) {
		Array.from(table.tHead.rows[0].cells).forEach((heading, i) => {
			const button = element("button", heading.textContent,
				{ type: "button", className: "sort" });
			button.addEventListener("click",
				() => sort(table, i, heading));
			heading.replaceChildren(button);
		});
	}

	function filter(table, words, status) {
		const rows = Array.from(table.tBodies[0].rows);
		let shown = 0;
		for (const row of rows) {
			const text = row.textContent.toLowerCase();
			row.hidden = !words.every((word) => text.includes(word));
			shown += !row.hidden;
		}
		status.textContent = words.length === 0 ? "" :
			shown + " of " + rows.length + " rows";
	}

	function addFilter(table) {
		const name = table.caption.textContent;
		const input = element("input", "", { type: "search",
			placeholder: "Filter rows", autocomplete: "off",
			spellcheck: false });
		const status = element("span", "", { className: "status" });
		const bar = element("div", "", { className: "filter" });
		input.setAttribute("aria-label", "Filter rows of: " + name);
		status.setAttribute("role", "status");
		input.addEventListener("input", () => filter(table,
			input.value.toLowerCase().split(/\s+/).filter(Boolean),
			status));
		bar.append(input, status);
		table.parentElement.before(bar);
	}

	function select(code) {
		const range = document.createRange();
		range.selectNodeContents(code);
		getSelection().removeAllRanges();
		getSelection().addRange(range);
	}

	/* Where the clipboard is barred, it is at least selected. */
	async function copy(code, button) {
		select(code);
		try {
			await navigator.clipboard.writeText(code.textContent);
			button.textContent = "Copied";
		} catch {
			button.textContent = "Selected";
		}
		setTimeout(() => { button.textContent = "Copy"; }, 2000);
	}

	function addCopying(code) {
		const button = element("button", "Copy",
			{ type: "button", className: "copy" });
		button.addEventListener("click", () => copy(code, button));
		code.after(button);
	}

	/* Only now: most rows are never opened. */
	document.addEventListener("toggle", (event) => {
		const details = event.target;
		if (!details.open || details.querySelector(":scope > .copy"))
			return;
		details.querySelectorAll(":scope > code").forEach(addCopying);
	}, true);

	for (const table of document.querySelectorAll("table:not(.rungs)")) {
		const rows = table.tBodies[0].rows.length;
		if (rows > 2)
			addSorting(table);
		if (rows > FEW_ROWS)
			addFilter(table);
	}
	document.querySelectorAll(".more > code, .line > code").forEach(addCopying);
})();
