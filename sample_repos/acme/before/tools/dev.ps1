$Root = Split-Path $PSScriptRoot -Parent
Set-Location (Join-Path $Root "apps/frontend")
npm run dev
