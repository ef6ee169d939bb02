// PouchDB on LevelDB: one document an entry, named by its moment, so that the newest are one range of names.
// It encrypts nothing, waits for no disk, has no text index, and keeps no word of who said what when.
import { join } from 'node:path'
import PouchDB from 'pouchdb-core'
import leveldb from 'pouchdb-adapter-leveldb'
import { OFTEN, answers, entries, onDisk, prepared, run, since, words } from './common.mjs'

PouchDB.plugin(leveldb)

const open = (home) => new PouchDB(join(home, 'pouch'), { adapter: 'leveldb' })

/** Names sort as moments do: shifted to be positive, of one length. */
const key = (sort, name) => `${String(Math.max(sort, -1e11) + 1e11).padStart(13, '0')} ${name}`

async function newest(db, startkey) {
  const after = startkey ? { startkey, skip: 1 } : {}
  const { rows } = await db.allDocs({ descending: true, include_docs: true, limit: 50, ...after })
  return rows
}

async function found(db, word) {
  const { rows } = await db.allDocs({ include_docs: true })
  return rows.filter((row) => row.doc.words.toLowerCase().includes(word)).slice(0, 20)
}

await run({
  async ingest({ home, floor, folder }) {
    const texts = prepared(floor)
    const db = open(home)
    await db.info()
    const cost = since()
    let fresh = 0
    for (const file of answers(folder)) {
      const docs = entries(file).map(({ name, text }) => {
        const { title, text: words, sort } = texts[name]
        return { _id: key(sort, name), title, words, text }
      })
      const written = docs.length ? await db.bulkDocs(docs) : []
      fresh += written.filter((one) => one.ok).length
    }
    const costs = { ...cost(), new: fresh }
    await db.close()
    return { ...costs, 'disk MB': onDisk(join(home, 'pouch')) }
  },
  async open({ home }) {
    const cost = since()
    const rows = await newest(open(home))
    return { 'wall ms': cost()['wall ms'], entries: rows.length }
  },
  async page({ home }) {
    const db = open(home)
    const cost = since()
    let count = 0
    for (let rows = await newest(db); rows.length; rows = await newest(db, rows.at(-1).id)) count += rows.length
    return { ...cost(), entries: count }
  },
  async search({ home, floor }) {
    const db = open(home)
    const costs = {}
    for (const [name, word] of Object.entries(words(floor))) {
      const cost = since()
      for (let n = 0; n < OFTEN; n++) await found(db, word)
      costs[`${name} ms`] = cost()['wall ms'] / OFTEN
    }
    return costs
  },
})
