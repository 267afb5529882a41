import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { writeWorkbook } from '../connectors/sources/files/excel/testing.ts'
import { expect, test } from './fixtures/host.ts'
import {
  addConnection,
  answerSync,
  choose,
  everyColumn,
  fill,
  goTo,
  input,
  planCounts,
  planned,
  push,
  review,
} from './fixtures/pages.ts'

type Dropped = { name: string; base64: string }

const file = (name: string, content: string | Buffer): Dropped => ({
  name,
  base64: Buffer.from(content as string).toString('base64'),
})

/** Drags files over the window, and lets go of them there. */
async function drop(page: Page, files: Dropped[], onTheWay?: () => Promise<void>): Promise<void> {
  const held = await page.evaluateHandle((given) => {
    const transfer = new DataTransfer()
    for (const { name, base64 } of given) {
      transfer.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name))
    }
    return transfer
  }, files)
  await page.dispatchEvent('main', 'dragenter', { dataTransfer: held })
  await onTheWay?.()
  await page.dispatchEvent('main', 'drop', { dataTransfer: held })
}

/** Opens a file by where it is. */
async function openFile(page: Page, path: string): Promise<void> {
  await goTo(page, 'Audiences')
  await page.getByRole('link', { name: 'Use a file' }).first().click()
  await fill(page, { 'Where the file is': path })
  await page.getByRole('button', { name: 'Open', exact: true }).click()
}

const typeOf = (page: Page, column: string) => page.getByRole('combobox', { name: `Type of ${column}` })
const make = (page: Page) => page.getByRole('button', { name: 'Make the audience' })
const rows = (page: Page) => page.getByRole('region', { name: 'The first rows' }).getByRole('row')

test('a file that is dropped anywhere is shown as it was understood, and becomes an audience in one go', async ({
  page,
}, info) => {
  test.skip(info.project.name === 'electron', 'a file that a script makes has no path')
  const lines = ['Nr;Name;PLZ;Umsatz;Seit', '1;Zoë;01234;1.234,50;03/04/2026', '2;Ada;99999;-0,5;05/06/2026']
  const content = Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1')
  await goTo(page, 'History')
  await drop(page, [file('Kunden.csv', content)], async () => {
    await expect(page.getByText('Drop the file to use it as an audience')).toBeVisible()
  })
  await expect(page.getByRole('heading', { name: 'Kunden.csv' })).toBeVisible()
  await expect(page.getByText(/This is a copy of your file as it is now/)).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'Values are separated by' })).toHaveText(/Semicolon/)
  await expect(page.getByRole('combobox', { name: 'Characters' })).toHaveText('Western European (Windows)')
  await expect(page.getByRole('combobox', { name: 'First row' })).toHaveText('Names of the columns')
  await expect(typeOf(page, 'PLZ')).toHaveValue('text')
  await expect(typeOf(page, 'Umsatz')).toHaveValue('decimal comma')
  await expect(rows(page).nth(1).getByRole('cell')).toHaveText(['1', 'Zoë', '01234', '1234.50', '03/04/2026'])

  await test.step('dates that may be read in two ways are asked about once', async () => {
    await expect(make(page)).toBeDisabled()
    await expect(page.getByText('Say first how the dates are written.')).toBeVisible()
    const asked = page.getByRole('radiogroup', { name: 'Which day is “03/04/2026” in the column “Seit”?' })
    await expect(asked.getByRole('radio', { name: '4 March 2026 (the month comes first)' })).toBeVisible()
    await asked.getByRole('radio', { name: '3 April 2026 (the day comes first)' }).check()
    await expect(typeOf(page, 'Seit')).toHaveValue('date day')
    await expect(rows(page).nth(1)).toContainText('2026-04-03')
  })

  await test.step('a type can be changed, and values that do not fit it are told', async () => {
    await typeOf(page, 'Name').selectOption('Whole number')
    await expect(page.getByText('2 values do not fit, like “Ada”')).toBeVisible()
    await typeOf(page, 'Name').selectOption('Text')
    await expect(page.getByText(/do not fit/)).toHaveCount(0)
    await typeOf(page, 'Nr').selectOption('Text')
    await expect(typeOf(page, 'Nr')).toHaveValue('text')
  })

  // The likely one is proposed, and checked.
  await expect(page.getByRole('button', { name: 'Nr', exact: true })).toBeVisible()
  await expect(page.getByText('It is there and different in all 2 rows.')).toBeVisible()
  await fill(page, { 'Name of the audience': 'Customers' })
  await make(page).click()
  await expect(page.getByRole('heading', { name: 'Customers', exact: true })).toBeVisible()
  await expect(rows(page).nth(1)).toContainText('2026-04-03')

  await test.step('dropped again with new rows, it can take the place of the copy', async () => {
    await drop(page, [
      file('Kunden.csv', Buffer.from(`${[...lines, '3;Eve;00001;7,00;01/02/2026'].join('\r\n')}\r\n`, 'latin1')),
    ])
    await expect(page.getByText('A copy of a file with this name is read by the audience “Customers”.')).toBeVisible()
    await page.getByRole('button', { name: 'Read this file there from now on' }).click()
    await expect(page).toHaveURL(/connections/)
    await goTo(page, 'Audiences')
    await page.getByRole('link', { name: 'Customers' }).click()
    await expect(rows(page)).toHaveCount(4)
    await expect(rows(page).nth(3)).toContainText('2026-02-01')
  })
})

test('what cannot be used is told in a sentence, and nothing is made of it', async ({ page }, info) => {
  test.skip(info.project.name === 'electron', 'a file that a script makes has no path')
  const problem = (sentence: string) => page.getByRole('alert').filter({ hasText: sentence })
  await drop(page, [file('a.csv', 'id\n1\n'), file('b.csv', 'id\n1\n')])
  await expect(problem('These are 2 files. Drop them one at a time')).toBeVisible()
  await drop(page, [file('empty.csv', '')])
  await expect(problem('The file "empty.csv" is empty')).toBeVisible()
  await drop(page, [file('report.pdf', '%PDF-1.7')])
  await expect(problem('This file is a PDF, which Outflow does not read.')).toBeVisible()
  await drop(page, [file('ragged.csv', 'id,name\n1,Ada\n2\n')])
  await expect(problem('Line 3 of "ragged.csv" has 1 value, but 2 were expected.')).toBeVisible()
  await expect(page.getByRole('combobox', { name: 'Values are separated by' })).toBeVisible()
  await expect(make(page)).toHaveCount(0)
  await goTo(page, 'Connections')
  await expect(page.getByText('Nothing is connected yet')).toBeVisible()
})

test('of a workbook a sheet is chosen by its name and how many rows it has', async ({ app, page }, info) => {
  test.skip(info.project.name === 'electron', 'the system’s dialog cannot be filled in')
  const text = (value: string) => `<c t="inlineStr"><is><t>${value}</t></is></c>`
  const sheet = (names: string[], all: string[][]) =>
    `<sheetData>${[names, ...all].map((row) => `<row>${row.map(text).join('')}</row>`).join('')}</sheetData>`
  const path = join(app.folder, 'Shop.xlsx')
  writeWorkbook(path, [
    { name: 'Notes', xml: '<sheetData/>' },
    {
      name: 'Customers',
      xml: sheet(
        ['Email', 'Zip'],
        [
          ['ada@example.com', '01234'],
          ['eve@example.com', '00001'],
        ],
      ),
    },
    { name: 'Orders', xml: sheet(['Number', 'Email'], [['A1', 'ada@example.com']]) },
  ])
  await goTo(page, 'Connections')
  await page.getByRole('link', { name: 'Use a file' }).click()
  await page.getByLabel('Choose a file', { exact: true }).setInputFiles(path)
  await expect(page.getByRole('heading', { name: 'Shop.xlsx' })).toBeVisible()
  const picker = page.getByRole('combobox', { name: 'Sheet' })
  await expect(picker).toHaveText('Customers (2 rows)')
  await picker.click()
  await expect(page.getByRole('option')).toHaveText(['Notes (no rows)', 'Customers (2 rows)', 'Orders (about 1 row)'])
  await page.getByRole('option', { name: 'Notes' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'The sheet "Notes" is empty.' })).toBeVisible()
  await choose(page, 'Sheet', 'Orders')
  await expect(rows(page).nth(1)).toContainText('A1')
  await expect(input(page, 'Name of the audience')).toHaveValue('Orders')
  await expect(page.getByText('It is there and different in all 1 row.')).toBeVisible()
  await make(page).click()
  await expect(page.getByRole('heading', { name: 'Orders', exact: true })).toBeVisible()
})

test('a file is read anew at each run; one that was moved is pointed to, and its sync goes on', async ({
  app,
  page,
  receiver,
}) => {
  const path = join(app.folder, 'people.csv')
  writeFileSync(path, 'id,name,zip\n1,Ada,01234\n2,Grace,00001\n')
  await addConnection(page, 'Webhook', 'destination', { Name: 'Hook', Address: receiver.url })
  await openFile(page, path)
  await expect(page.getByText(/This is a copy/)).toHaveCount(0)
  await expect(page.getByText('It is there and different in all 2 rows.')).toBeVisible()
  await make(page).click()
  await expect(page.getByRole('heading', { name: 'people', exact: true })).toBeVisible()
  await answerSync(page, {
    audience: 'people',
    destination: 'Hook',
    object: 'Records',
    mode: 'Keep identical',
    what: everyColumn,
  })
  await review(page)
  expect(await planCounts(page)).toMatchObject({ Add: 2, Change: 0, Remove: 0 })
  await push(page)

  await test.step('what changed in the file is what the next plan shows', async () => {
    writeFileSync(path, 'id,name,zip\n1,Ada L.,01234\n3,Eve,00003\n')
    await goTo(page, 'Syncs')
    await page
      .getByRole('link', { name: /people/ })
      .first()
      .click()
    await review(page)
    expect(await planCounts(page)).toMatchObject({ Add: 1, Change: 1, Remove: 1, Unchanged: 0 })
  })

  const moved = join(app.folder, 'archive', 'people 2026.csv')
  await test.step('a file that was moved is a problem that says so', async () => {
    mkdirSync(join(app.folder, 'archive'))
    renameSync(path, moved)
    await page.getByRole('button', { name: 'Plan again' }).click()
    const gone = page.getByRole('alert').filter({ hasText: 'There is no file "people.csv" in its folder (any more).' })
    await expect(gone).toBeVisible()
    await gone.getByRole('button', { name: 'Find the file…' }).click()
  })

  await test.step('a file without its columns is not taken for it', async () => {
    const other = join(app.folder, 'orders.csv')
    writeFileSync(other, 'order,total\n1,5\n')
    await fill(page, { 'Where the file is': other })
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    await expect(
      page.getByText(
        /“orders\.csv” does not have the columns “id”, “name”,? and “zip”, which “people” and its syncs use/,
      ),
    ).toBeVisible()
    rmSync(other)
  })

  await test.step('pointed to the new place, the sync plans the same', async () => {
    await fill(page, { 'Where the file is': moved })
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    await expect(page.getByText(/Found: from now on/)).toBeVisible()
    await page.getByRole('button', { name: 'Plan again' }).click()
    await planned(page)
    expect(await planCounts(page)).toMatchObject({ Add: 1, Change: 1, Remove: 1, Unchanged: 0 })
  })

  await test.step('on the page of its connection it is found the same way', async () => {
    const again = join(app.folder, 'people.csv')
    renameSync(moved, again)
    await goTo(page, 'Audiences')
    await page.getByRole('link', { name: 'people', exact: true }).click()
    await page.getByRole('link', { name: 'Open the connection' }).first().click()
    await expect(page.getByText('The file could not be read where it was.')).toBeVisible()
    await page.getByRole('button', { name: 'Find the file…' }).click()
    await fill(page, { 'Where the file is': again })
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    await expect(page.getByText('The file could not be read where it was.')).toHaveCount(0)
    await expect(input(page, 'File')).toHaveValue(again)
  })

  await test.step('emptied but for its names, it does not remove everyone unasked', async () => {
    writeFileSync(join(app.folder, 'people.csv'), 'id,name,zip\n')
    await goTo(page, 'Syncs')
    await page
      .getByRole('link', { name: /people/ })
      .first()
      .click()
    await review(page)
    await expect(page.getByRole('checkbox', { name: /^Confirm: The (audience|source)/ }).first()).toBeVisible()
    await expect(page.getByRole('button', { name: /^Push/ })).toBeDisabled()
  })
})
