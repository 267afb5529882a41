import { autocompletion, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { PostgreSQL, SQLite, StandardSQL, sql } from '@codemirror/lang-sql'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { Compartment, EditorState } from '@codemirror/state'
import { EditorView, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import Box from '@mui/material/Box'
import { useEffect, useEffectEvent, useRef } from 'react'
import { type SqlWords, schemaOf } from './words.ts'

type SqlEditorProps = {
  value: string
  /** The connector of the source: decides how its SQL is spelled. */
  connector: string
  words: SqlWords
  onChange: (sql: string) => void
  onRun: () => void
}

const dialects = new Map([
  ['sqlite', SQLite],
  ['postgres', PostgreSQL],
])

const look = EditorView.theme({
  '&': {
    fontSize: '13px',
    backgroundColor: 'var(--mui-palette-background-paper)',
    color: 'var(--mui-palette-text-primary)',
  },
  '&.cm-focused': { outline: 'none' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--mui-palette-text-secondary)', border: 'none' },
  '.cm-cursor': { borderLeftColor: 'var(--mui-palette-text-primary)' },
  '.cm-content': { fontFamily: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace', minHeight: '140px' },
  '.cm-scroller': { maxHeight: '360px' },
  '.cm-tooltip': {
    backgroundColor: 'var(--mui-palette-background-paper)',
    color: 'var(--mui-palette-text-primary)',
    border: '1px solid var(--mui-palette-divider)',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--mui-palette-action-selected)',
    color: 'var(--mui-palette-text-primary)',
  },
})

/** The palette of the app, so that it reads in light and dark. */
const colors = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--mui-palette-primary-main)', fontWeight: '600' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--mui-palette-success-main)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--mui-palette-warning-main)' },
  { tag: tags.comment, color: 'var(--mui-palette-text-secondary)', fontStyle: 'italic' },
])

/** A text area for SQL that knows its words and completes tables and columns. Tab leaves it, so that the keyboard is never trapped. */
export default function SqlEditor({ value, connector, words, onChange, onRun }: SqlEditorProps) {
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const language = useRef(new Compartment())
  const changed = useEffectEvent(onChange)
  const first = useRef(value)
  const runs = useEffectEvent(() => {
    onRun()
    return true
  })

  useEffect(() => {
    const editor = new EditorView({
      parent: place.current as HTMLElement,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          keymap.of([{ key: 'Mod-Enter', run: runs }, ...completionKeymap, ...defaultKeymap, ...historyKeymap]),
          lineNumbers(),
          history(),
          autocompletion(),
          syntaxHighlighting(colors),
          language.current.of(sql()),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': 'SQL' }),
          EditorView.updateListener.of((update) => update.docChanged && changed(update.state.doc.toString())),
          look,
        ],
      }),
    })
    view.current = editor
    return () => editor.destroy()
  }, [])

  useEffect(() => {
    const editor = view.current
    if (editor && editor.state.doc.toString() !== value) {
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } })
    }
  }, [value])

  // As text, because the words are a new list at every answer; the language is only set anew when they differ.
  const known = JSON.stringify(words)
  useEffect(() => {
    const dialect = dialects.get(connector) ?? StandardSQL
    const schema = schemaOf(JSON.parse(known) as SqlWords)
    view.current?.dispatch({ effects: language.current.reconfigure(sql({ dialect, ...schema })) })
  }, [known, connector])

  return (
    <Box
      ref={place}
      sx={{
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
        overflow: 'hidden',
        '&:focus-within': { borderColor: 'primary.main' },
      }}
    />
  )
}
