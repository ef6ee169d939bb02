// What both systems need: the answers, what the floor prepared of them, and what a piece of work costs this process.
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

export const OFTEN = 5

/** The entries of one answer, each with its name and its text as it stands in the answer, spaces aside. */
export function entries(file) {
  const answer = JSON.parse(readFileSync(file, 'utf8'))
  const resources =
    answer.resourceType === 'Bundle'
      ? (answer.entry ?? []).map((entry) => entry.resource)
      : ['CapabilityStatement', 'OperationOutcome', undefined].includes(answer.resourceType)
        ? []
        : [answer]
  return resources
    .filter((resource) => resource)
    .map((resource) => ({ name: `${resource.resourceType}/${resource.id}`, text: JSON.stringify(resource) }))
}

/** Paths of the answers, in the order in which they came. */
export function answers(folder) {
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
}

/** By name: title, words and the moment to sort by, as the floor prepared them. */
export function prepared(floor) {
  return JSON.parse(readFileSync(join(floor, 'texts.json'), 'utf8'))
}

/** The rare and the frequent word that the floor chose. */
export function words(floor) {
  return JSON.parse(readFileSync(join(floor, 'words.json'), 'utf8'))
}

/** Starts a clock; the function that it gives tells the milliseconds by the wall and of processor time since. */
export function since() {
  const wall = performance.now()
  const cpu = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(cpu)
    return { 'wall ms': performance.now() - wall, 'CPU ms': (user + system) / 1000 }
  }
}

/** MB of a file or of all files of a folder. */
export function onDisk(path) {
  const found = statSync(path)
  if (!found.isDirectory()) return found.size / 1e6
  return readdirSync(path).reduce((sum, name) => sum + onDisk(join(path, name)), 0)
}

/** Prints the figures as one line of JSON, the most memory that this process has held among them. */
export function print(costs) {
  console.log(JSON.stringify({ ...costs, 'peak MB': (process.resourceUsage().maxRSS * 1024) / 1e6 }))
}

/** Runs the step named on the command line: `node system.mjs STEP HOME FLOOR ANSWERS`. */
export async function run(steps) {
  const [step, home, floor, folder] = process.argv.slice(2)
  print(await steps[step]({ home, floor, folder }))
}
