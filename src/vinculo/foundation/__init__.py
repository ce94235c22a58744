"""The words everybody uses: errors, money, periods, language."""
