// Automerge: one document for the whole record, an entry a string that nobody edits, one change an answer, written to the disk
// after each. It encrypts nothing, has no index of time or words, and holds all of it in memory.
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import * as Automerge from '@automerge/automerge'
import { OFTEN, answers, entries, onDisk, prepared, run, since, words } from './common.mjs'

const path = (home) => join(home, 'automerge')
const load = (home) => Automerge.load(readFileSync(path(home)))
const fixed = (text) => new Automerge.ImmutableString(text)
const text = (entry) => entry.words.toString()

function newest(doc, from) {
  const names = Object.keys(doc.entries).sort((a, b) => doc.entries[b].sort - doc.entries[a].sort)
  return names.slice(from, from + 50).map((name) => doc.entries[name].text.toString())
}

await run({
  async ingest({ home, floor, folder }) {
    const texts = prepared(floor)
    const file = openSync(path(home), 'w')
    const cost = since()
    let doc = Automerge.from({ entries: {} })
    let fresh = 0
    for (const answer of answers(folder)) {
      const came = entries(answer)
      doc = Automerge.change(doc, (draft) => {
        for (const { name, text } of came) {
          if (doc.entries[name]) continue
          const { title, text: words, sort } = texts[name]
          draft.entries[name] = { title: fixed(title), words: fixed(words), sort, text: fixed(text) }
          fresh += 1
        }
      })
      writeSync(file, Automerge.saveIncremental(doc))
      fsyncSync(file)
    }
    const costs = { ...cost(), new: fresh }
    closeSync(file)
    return { ...costs, 'disk MB': onDisk(path(home)) }
  },
  async open({ home }) {
    const cost = since()
    return { entries: newest(load(home), 0).length, 'wall ms': cost()['wall ms'] }
  },
  async page({ home }) {
    const doc = load(home)
    const cost = since()
    const all = Object.values(doc.entries).sort((a, b) => b.sort - a.sort)
    return { entries: all.map((entry) => entry.text.toString()).length, ...cost() }
  },
  async search({ home, floor }) {
    const doc = load(home)
    const costs = {}
    for (const [name, word] of Object.entries(words(floor))) {
      const cost = since()
      for (let n = 0; n < OFTEN; n++) {
        Object.values(doc.entries).filter((entry) => text(entry).toLowerCase().includes(word)).slice(0, 20)
      }
      costs[`${name} ms`] = cost()['wall ms'] / OFTEN
    }
    return costs
  },
})
