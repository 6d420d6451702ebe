$Root = Split-Path $PSScriptRoot -Parent
Set-Location (Join-Path $Root "apps/web")
npm run dev
