import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { HashRouter } from 'react-router'
import { App } from './App.tsx'
import { queryClient, startBridge } from './bridge.ts'
import { OutflowTheme } from './theme.tsx'

// Before the router looks at the address: the bridge takes the token out of it.
startBridge()

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <OutflowTheme>
        <HashRouter>
          <App />
        </HashRouter>
      </OutflowTheme>
    </QueryClientProvider>
  </StrictMode>,
)
